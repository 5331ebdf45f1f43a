/** Which models answer, and how they are reached. */
export interface ModelSettings {
  /** Address of an OpenAI-compatible API, with its path (`/v1`). */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** What `model: default` stands for. */
  readonly defaultModel: string;
  /** True when the scripted demo model answers: it then answers for every model. */
  readonly demo: boolean;
  /** False when its models cannot look at pictures: they are told that there is one. Default: they can. */
  readonly vision?: boolean;
  /** How requests are made; the machine's own `fetch` unless a test or a proxy says otherwise. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The environment as far as models go. An empty value counts as none. */
export interface ModelEnv {
  readonly OPENAI_API_KEY?: string | undefined;
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly OPENAI_MODEL?: string | undefined;
  /** `false` when the models cannot look at pictures. */
  readonly OPENAI_VISION?: boolean | undefined;
  readonly DEMO_MODEL_URL?: string | undefined;
}

/** The name under which the demo model speaks, so that nobody takes it for a real one. */
export const DEMO_MODEL = 'demo-model';
const OPENAI_URL = 'https://api.openai.com/v1';
const OPENAI_DEFAULT_MODEL = 'gpt-4.1-mini';
/** Local servers want no key, but the client sends one. */
const NO_KEY = 'none';

/**
 * A key or an address of an API wins; else the demo model.
 * @throws Error that names the variables to set
 */
export function modelSettingsFromEnv(env: ModelEnv): ModelSettings {
  const key = given(env.OPENAI_API_KEY);
  const url = given(env.OPENAI_BASE_URL);
  const model = given(env.OPENAI_MODEL);
  if (key !== undefined || url !== undefined)
    return {
      baseUrl: checkedUrl('OPENAI_BASE_URL', url ?? OPENAI_URL),
      apiKey: key ?? NO_KEY,
      defaultModel: model ?? OPENAI_DEFAULT_MODEL,
      demo: false,
      ...(env.OPENAI_VISION === undefined ? {} : { vision: env.OPENAI_VISION }),
    };
  const demo = given(env.DEMO_MODEL_URL);
  if (demo === undefined)
    throw new Error(
      'No model is set. Set OPENAI_API_KEY (OpenAI), or OPENAI_BASE_URL (any compatible API, with OPENAI_MODEL), ' +
        'or DEMO_MODEL_URL (the demo model that is shipped).',
    );
  return { baseUrl: checkedUrl('DEMO_MODEL_URL', demo), apiKey: NO_KEY, defaultModel: DEMO_MODEL, demo: true };
}

/**
 * The model that a request for `model` is answered by. The demo model answers for every model, under its own name:
 * nobody shall take it for the real one.
 */
export function resolveModelName({ demo, defaultModel }: ModelSettings, model: string): string {
  return demo || model === 'default' ? defaultModel : model;
}

const given = (value: string | undefined): string | undefined =>
  value === undefined || value.trim() === '' ? undefined : value.trim();

function checkedUrl(variable: string, value: string): string {
  if (!/^https?:\/\/[^\s]+$/.test(value) || !URL.canParse(value))
    throw new Error(`${variable} must be an http or https address such as ${OPENAI_URL}`);
  return value.replace(/\/+$/, '');
}
