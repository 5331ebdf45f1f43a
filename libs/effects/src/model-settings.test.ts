import { describe, expect, it } from '@jest/globals';
import { modelSettingsFromEnv, resolveModelName } from './model-settings.ts';

describe('modelSettingsFromEnv', () => {
  it('takes OpenAI when there is a key', () => {
    expect(modelSettingsFromEnv({ OPENAI_API_KEY: 'sk-x', DEMO_MODEL_URL: 'http://demo/v1' })).toEqual({
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'sk-x',
      defaultModel: 'gpt-4.1-mini',
      demo: false,
    });
  });

  it('takes any compatible server by its address, also without a key', () => {
    expect(modelSettingsFromEnv({ OPENAI_BASE_URL: 'http://localhost:11434/v1/', OPENAI_MODEL: 'llama3' })).toEqual({
      baseUrl: 'http://localhost:11434/v1',
      apiKey: 'none',
      defaultModel: 'llama3',
      demo: false,
    });
  });

  it('else takes the demo model, under its own name', () => {
    expect(
      modelSettingsFromEnv({ OPENAI_API_KEY: ' ', OPENAI_MODEL: 'gpt-5', DEMO_MODEL_URL: 'http://localhost:3005/v1' }),
    ).toEqual({ baseUrl: 'http://localhost:3005/v1', apiKey: 'none', defaultModel: 'demo-model', demo: true });
  });

  it('names the variables when nothing is set, or an address is none', () => {
    expect(() => modelSettingsFromEnv({})).toThrow(/OPENAI_API_KEY.*OPENAI_BASE_URL.*DEMO_MODEL_URL/);
    expect(() => modelSettingsFromEnv({ OPENAI_BASE_URL: 'localhost:11434' })).toThrow(
      /OPENAI_BASE_URL must be an http/,
    );
  });
});

describe('resolveModelName', () => {
  it('puts the configured model for default, and the demo model for all', () => {
    const real = modelSettingsFromEnv({ OPENAI_API_KEY: 'sk-x', OPENAI_MODEL: 'gpt-5' });
    const demo = modelSettingsFromEnv({ DEMO_MODEL_URL: 'http://localhost:3005/v1' });
    expect(['default', 'o3'].map((model) => resolveModelName(real, model))).toEqual(['gpt-5', 'o3']);
    expect(['default', 'o3'].map((model) => resolveModelName(demo, model))).toEqual(['demo-model', 'demo-model']);
  });
});
