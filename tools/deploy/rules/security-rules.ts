/** Pod Security "restricted" (kubernetes.io/docs/concepts/security/pod-security-standards), and somewhat more. */
import {
  containersOf,
  mainContainer,
  nameOf,
  ofKind,
  ourImage,
  workloadsOf,
  type Container,
  type Workload,
} from '../manifests.ts';
import { unless, when, type Rule } from './rule.ts';

/** The user of our images, as of distroless ones. */
const USER = 65_532;
const VOLUME_KINDS = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const each =
  (check: (one: Workload) => readonly string[]): Rule['check'] =>
  (rendering) =>
    workloadsOf(rendering).flatMap((one) => check(one).map((what) => `${one.title}: ${what}`));

const eachContainer = (check: (container: Container, one: Workload) => readonly string[]): Rule['check'] =>
  each((one) =>
    containersOf(one).flatMap((container) => check(container, one).map((what) => `${container.name} ${what}`)),
  );

const host: Rule = {
  name: 'nothing-of-the-host',
  says: 'No pod shares networks, processes, ports or folders of its node.',
  check: each((one) => [
    ...when(one.pod.hostNetwork === true || one.pod.hostPID === true || one.pod.hostIPC === true, 'shares its node'),
    ...(one.pod.volumes ?? [])
      .filter((volume) => !Object.keys(volume).every((key) => key === 'name' || VOLUME_KINDS.includes(key)))
      .map(({ name }) => `volume ${name} is of a kind that restricted pods may not have`),
    ...containersOf(one)
      .filter(({ ports = [] }) => ports.some(({ hostPort }) => hostPort !== undefined))
      .map(({ name }) => `${name} takes a port of its node`),
  ]),
};

const escalation: Rule = {
  name: 'no-privileges',
  says: 'No container is privileged, may become so, or has a capability.',
  check: eachContainer(({ securityContext = {} }) => [
    ...when(securityContext.privileged === true, 'is privileged'),
    ...unless(securityContext.allowPrivilegeEscalation === false, 'may gain privileges'),
    ...unless((securityContext.capabilities?.drop ?? []).includes('ALL'), 'keeps capabilities'),
    ...when((securityContext.capabilities?.add ?? []).length > 0, 'adds capabilities'),
  ]),
};

const user: Rule = {
  name: 'no-root',
  says: 'Nothing runs as root; our own images run as 65532.',
  check: eachContainer((container, { pod }) => {
    const own = { ...pod.securityContext, ...container.securityContext };
    const ours = ourImage(container.image);
    return [
      ...unless(own.runAsNonRoot === true, 'may run as root'),
      ...when(own.runAsUser === undefined || own.runAsUser === 0, 'runs as root, or as whom the image says'),
      ...when(ours && (own.runAsUser !== USER || own.runAsGroup !== USER), `does not run as ${USER}:${USER}`),
    ];
  }),
};

const seccomp: Rule = {
  name: 'seccomp',
  says: "Every container has the runtime's seccomp profile.",
  check: eachContainer((container, { pod }) => {
    const profile = container.securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile;
    return profile?.type === 'RuntimeDefault' || profile?.type === 'Localhost' ? [] : ['has no seccomp profile'];
  }),
};

const readOnly: Rule = {
  name: 'read-only-root',
  says: 'No container can write into its image, and what of ours it can write is /tmp with a bound.',
  check: each((one) => [
    ...containersOf(one)
      .filter(({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true)
      .map(({ name }) => `${name} can write into its image`),
    ...(one.pod.volumes ?? [])
      .filter(({ emptyDir }) => emptyDir !== undefined && emptyDir.sizeLimit === undefined)
      .map(({ name }) => `volume ${name} has no sizeLimit`),
  ]),
};

const namespace: Rule = {
  name: 'namespace-enforces',
  says: 'A namespace that comes along enforces, audits and warns of "restricted" at a pinned version.',
  check: (rendering) =>
    ofKind(rendering, 'Namespace').flatMap((one) => {
      const labels = one.metadata.labels ?? {};
      const modes = ['enforce', 'audit', 'warn'];
      const lax = modes.filter((mode) => labels[`pod-security.kubernetes.io/${mode}`] !== 'restricted');
      const version = labels['pod-security.kubernetes.io/enforce-version'] ?? '';
      return [
        ...lax.map((mode) => `${nameOf(one)}: ${mode} is not restricted`),
        ...unless(/^v1\.\d+$/.test(version), `${nameOf(one)}: enforce-version is not pinned`),
      ];
    }),
};

const images: Rule = {
  name: 'images-are-pinned',
  says: 'Every image has a version, never latest, and is pulled when it is missing.',
  check: eachContainer(({ image = '', imagePullPolicy }) => {
    const [name = '', digest] = image.split('@');
    const tag = /:([^/:]+)$/.exec(name)?.[1];
    return [
      ...when(digest === undefined && tag === undefined, `has the image "${image}" without a version`),
      ...when(tag === 'latest', 'has an image "latest"'),
      ...when(imagePullPolicy === 'Always', 'pulls always: a registry that is away would stop restarts'),
    ];
  }),
};

const secretsAsFiles: Rule = {
  name: 'secrets-are-files',
  says: 'No secret is in the environment of our services: they read files, through *_FILE.',
  check: eachContainer(({ image, env = [], envFrom = [] }) => [
    ...env
      .filter(({ valueFrom }) => ourImage(image) && valueFrom?.secretKeyRef !== undefined)
      .map(({ name }) => `has the secret ${name} in its environment`),
    ...envFrom.filter(({ secretRef }) => secretRef !== undefined).map(() => 'has a whole Secret in its environment'),
    ...env
      .filter(({ name, value }) => /(SECRET|PASSWORD|TOKEN|API_KEY|MONGODB_URI)$/.test(name) && value !== undefined)
      .map(({ name }) => `has ${name} as text`),
  ]),
};

const noShell: Rule = {
  name: 'no-shell-needed',
  says: 'Our images have no shell: no probe and no hook of theirs runs a command, and none is overridden.',
  check: each((one) => {
    const container = mainContainer(one);
    if (container === undefined || !ourImage(container.image)) return [];
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    const hooks = [livenessProbe, readinessProbe, startupProbe, lifecycle?.preStop, lifecycle?.postStart];
    return [
      ...when(
        hooks.some((hook) => hook?.exec !== undefined),
        'runs a command in an image without a shell',
      ),
      ...unless(container.command === undefined, 'overrides the command of the image'),
    ];
  }),
};

/** The rules about what pods may do. */
export const securityRules: readonly Rule[] = [
  host,
  escalation,
  user,
  seccomp,
  readOnly,
  namespace,
  images,
  secretsAsFiles,
  noShell,
];
