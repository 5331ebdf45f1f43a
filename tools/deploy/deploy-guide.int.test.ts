/** What the guide tells people to type takes what it says it takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenCookie } from '@colloquy/access';
import { TIMER_USER } from '@colloquy/contracts';
import { beforeAll, expect, it } from '@jest/globals';
import { root } from '../paths.ts';
import { kubectlOrSkip } from './fixtures/kubectl-or-skip.ts';
import { nameOf, selects, type Manifest, type Selector } from './manifests.ts';
import { renderAll } from './render.ts';

const NAME = 'app.kubernetes.io/name';
const LOCAL = 'k8s/overlays/local';
const PRODUCTION = 'k8s/overlays/production';
const SLOW_MS = 120_000;

const guide = readFileSync(join(root, 'docs/guides/deploy-kubernetes.md'), 'utf8');
/** The resource that a command names, if any, and its selector. */
const commands = [...guide.matchAll(/^.*?(?:\b(job|deployment)\b.*?)? -l (?:'([^']+)'|([^\s'`]+)).*$/gm)].map(
  ([, kind, quoted, plain]) => ({ kind, selector: quoted ?? plain ?? '' }),
);

/** As kubectl reads one requirement. */
function requirement(text: string): Selector {
  const [, key = '', operator = '', values = ''] = /^(\S+?)\s*(!=|=|\bin\b)\s*\(?([^)]*)\)?$/.exec(text) ?? [];
  if (key === '') throw new Error(`no selector: ${text}`);
  const list = values.split(/\s*,\s*/);
  return { matchExpressions: [{ key, operator: operator === '!=' ? 'NotIn' : 'In', values: list }] };
}

const { kubectl, withKubectl } = await kubectlOrSkip();
let objects: Readonly<Record<string, readonly Manifest[]>> = {};

beforeAll(async () => {
  if (kubectl === undefined) return;
  const renderings = await renderAll(kubectl, [LOCAL, PRODUCTION]);
  objects = Object.fromEntries(renderings.map((one) => [one.name, one.objects]));
}, SLOW_MS);

/** Titles of what a selector takes, without the hashes and the version in the names. */
const taken = (selector: string, folder = PRODUCTION): readonly string[] =>
  (objects[folder] ?? [])
    .filter(({ metadata }) => selects(requirement(selector), metadata.labels ?? {}))
    .map((one) => nameOf(one).replace(/-[a-z0-9]{10}$|-\d+-\d+-\d+$/, ''))
    .toSorted();

const kinds = (titles: readonly string[], kind: string): readonly string[] =>
  titles.filter((title) => title.startsWith(`${kind}/`));

withKubectl('a selector in docs/guides/deploy-kubernetes.md', () => {
  it('is one of those that are looked at here', () => {
    expect([...new Set(commands.map(({ selector }) => selector))].toSorted()).toEqual([
      'app.kubernetes.io/component in (provision, servers)',
      'app.kubernetes.io/component=provision',
      'app.kubernetes.io/name in (provision, mongodb-init)',
      'app.kubernetes.io/name!=orchestrator',
      'app.kubernetes.io/name=provision',
    ]);
  });

  it.each(commands.filter(({ kind }) => kind === 'job').map(({ selector }) => selector))(
    '%s finds the Job of provision, and no Job that an operator made',
    (selector) => {
      expect(kinds(taken(selector), 'Job')).toEqual(['Job/provision']);
      expect(selects(requirement(selector), { [NAME]: 'ops' })).toBe(false);
    },
  );

  it('finds both Jobs where MongoDB is inside', () => {
    const found = taken('app.kubernetes.io/name in (provision, mongodb-init)', LOCAL);
    expect(kinds(found, 'Job')).toEqual(['Job/mongodb-init', 'Job/provision']);
  });

  it('provisions before anything that serves is replaced', () => {
    const found = taken('app.kubernetes.io/component in (provision, servers)');
    expect(found).toEqual(['ConfigMap/provision', 'ConfigMap/servers', 'Job/provision', 'ServiceAccount/provision']);
    expect(taken('app.kubernetes.io/component=provision')).toEqual(found.filter((one) => !one.includes('servers')));
  });

  it('leaves the orchestrators for the end, and nobody else', () => {
    const all = (objects[PRODUCTION] ?? []).map(nameOf);
    const found = taken('app.kubernetes.io/name!=orchestrator');
    expect(kinds(found, 'Deployment').length).toBeGreaterThan(4);
    expect(kinds(found, 'Deployment')).toEqual(
      kinds(all, 'Deployment')
        .filter((title) => title !== 'Deployment/orchestrator')
        .toSorted(),
    );
    expect(found).not.toContain('ConfigMap/orchestrator');
  });
});

it('sets the cookie as the API itself does', () => {
  const [, text = ''] = /^Set-Cookie: (.*)$/m.exec(guide) ?? [];
  const parts = (cookie: string): readonly string[] =>
    cookie.split('; ').map((part) => part.replace(/=<.*>$|=\d+$/, ''));
  const ours = tokenCookie('<token>', { maxAgeSeconds: 60, secure: true }).replace(
    encodeURIComponent('<token>'),
    '<token>',
  );
  expect(parts(text).toSorted()).toEqual(parts(ours).toSorted());
});

it('says which users the API refuses, and which claims it asks for', () => {
  for (const name of [TIMER_USER, 'expiry', 'workflow']) expect(guide).toContain(`\`${name}\``);
  expect(guide).toMatch(/^\| `sub` +\| required /m);
  expect(guide).toMatch(/^\| `exp` +\| required /m);
});
