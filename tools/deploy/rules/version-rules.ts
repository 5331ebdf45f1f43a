/** Versions and labels. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../paths.ts';
import { containersOf, environmentOf, mainContainer, nameOf, ofKind, ourImage, workloadsOf } from '../manifests.ts';
import { unless, type Rule } from './rule.ts';

/** The version of everything: that of the root package.json. */
export const VERSION = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

const images: Rule = {
  name: 'images-are-of-this-version',
  says: "Our images carry the version of package.json, and so do the pods' labels.",
  check: (rendering) =>
    workloadsOf(rendering).flatMap((one) =>
      containersOf(one)
        .filter(({ image }) => ourImage(image))
        .flatMap(({ image = '' }) => [
          ...unless(
            image.includes(`:${VERSION}`) || image.includes('@sha256:'),
            `${one.title}: ${image} is not ${VERSION}`,
          ),
          ...unless(one.labels['app.kubernetes.io/version'] === VERSION, `${one.title}: its label is not ${VERSION}`),
        ]),
    ),
};

const labels: Rule = {
  name: 'labels-are-there',
  says: 'Pods, and what makes them, say their name, their component and what they are part of; every object says the last.',
  check: (rendering) => [
    ...rendering.objects
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] !== 'colloquy')
      .filter(({ kind }) => kind !== 'Namespace')
      .map((one) => `${nameOf(one)}: is part of nothing`),
    ...workloadsOf(rendering).flatMap(({ title, labels: own, manifest }) =>
      ['name', 'component', 'part-of']
        .map((key) => `app.kubernetes.io/${key}`)
        .flatMap((key) => [
          ...unless(own[key] !== undefined, `${title}: its pods have no label ${key}`),
          // `kubectl -l` looks at the object and not at its pods.
          ...unless(manifest.metadata.labels?.[key] === own[key], `${title}: its label ${key} is not that of its pods`),
        ]),
    ),
  ],
};

/** How long a Job stays that has ended: it can be waited for, and is not in the way of the next apply for long. */
const JOB_SECONDS = 600;

const provision: Rule = {
  name: 'provision-is-versioned',
  says: 'One Job provisions: its name carries the version (a Job cannot be changed), and it tries again. Jobs go soon.',
  check: (rendering) => {
    const jobs = ofKind(rendering, 'Job').filter(({ metadata }) => metadata.name.startsWith('provision'));
    const [job, ...more] = jobs;
    if (job === undefined || more.length > 0) return [`Job/provision: there are ${jobs.length}`];
    const title = nameOf(job);
    const container = workloadsOf(rendering).find(({ manifest }) => manifest === job)?.pod.containers[0];
    return [
      ...unless(
        job.metadata.name === `provision-${VERSION.replaceAll('.', '-')}` ||
          job.metadata.name === `provision-${VERSION}`,
        `${title}: the name is not that of version ${VERSION}`,
      ),
      ...unless(container?.args?.join(' ') === 'provision', `${title}: does not provision`),
      ...ofKind(rendering, 'Job')
        .filter(({ spec }) => spec?.ttlSecondsAfterFinished !== JOB_SECONDS)
        .map((one) => `${nameOf(one)}: is not gone after ${JOB_SECONDS} s: until then it refuses other settings`),
      ...unless((job.spec?.backoffLimit ?? 6) >= 6, `${title}: gives up before NATS is there`),
    ];
  },
};

const copies: Rule = {
  name: 'copies-fit-the-nodes',
  says: 'Streams have no more copies than NATS has nodes, and three where it has three; each node has a name of its own.',
  check: (rendering) => {
    const nodes = workloadsOf(rendering).find(({ title }) => title === 'StatefulSet/nats');
    const job = workloadsOf(rendering).find(({ kind, name }) => kind === 'Job' && name.startsWith('provision'));
    const container = job && mainContainer(job);
    const wanted = Number((container && environmentOf(rendering, container).get('NATS_REPLICAS')) ?? 1);
    if (nodes === undefined) return [];
    return [
      ...unless(
        wanted === nodes.replicas,
        `${nodes.title}: ${nodes.replicas ?? 1} nodes, ${wanted} copies of each stream`,
      ),
      ...ofKind(rendering, 'ConfigMap')
        .flatMap(({ metadata, data }) =>
          data?.['nats.conf'] === undefined ? [] : [[metadata.name, data['nats.conf']] as const],
        )
        .flatMap(([name, text]) => [
          ...(/^server_name: *\$POD_NAME$/m.test(text) ? [] : [`ConfigMap/${name}: server_name is not the pod's`]),
          ...(/sync_interval: *"?1s/.test(text) ? [] : [`ConfigMap/${name}: sync_interval is not 1s`]),
          ...(/^http_port: *8222$/m.test(text) ? [] : [`ConfigMap/${name}: no monitoring at 8222`]),
        ]),
    ];
  },
};

/** The rules about versions and labels. */
export const versionRules: readonly Rule[] = [images, labels, provision, copies];
