// Makes the servers of MONGODB_MEMBERS (host:port,…) one replica set, once; a second run only looks, and adds who was not
// there before. Run by mongosh without a database, in Kubernetes and by compose.
const HOSTS = process.env.MONGODB_MEMBERS.split(',');
const NOT_YET_INITIALIZED = 94;
const deadline = Date.now() + 10 * 60 * 1000;

const adminOf = (host) =>
  new Mongo(`mongodb://${host}/?directConnection=true&serverSelectionTimeoutMS=2000`).getDB('admin');

function patiently(what, attempt) {
  for (;;) {
    try {
      if (attempt()) return;
    } catch (error) {
      print(`${what}: ${error.message}`);
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ten minutes`);
    sleep(2000);
  }
}

function isMember(host) {
  try {
    return adminOf(host).runCommand({ replSetGetConfig: 1 }).ok === 1;
  } catch (error) {
    if (error.code === NOT_YET_INITIALIZED) return false;
    throw error;
  }
}

// A set that is there already is never made anew, also where the first server has lost its disk.
function somebodyIsMember() {
  for (const host of HOSTS) {
    if (isMember(host)) return true;
  }
  return false;
}

function adminOfPrimary() {
  for (const host of HOSTS) {
    const admin = adminOf(host);
    if (admin.runCommand({ hello: 1 }).isWritablePrimary) return admin;
  }
  return undefined;
}

// One at a time: a majority must be there at each step.
function everybodyIsMember() {
  const admin = adminOfPrimary();
  if (admin === undefined) return false;
  const { config } = admin.runCommand({ replSetGetConfig: 1 });
  const missing = HOSTS.filter((host) => !config.members.some((member) => member.host === host));
  if (missing.length === 0) return true;
  const next = Math.max(...config.members.map((member) => member._id)) + 1;
  config.members.push({ _id: next, host: missing[0] });
  config.version += 1;
  admin.runCommand({ replSetReconfig: config });
  print(`${missing[0]} is a member now.`);
  return false;
}

for (const host of HOSTS) {
  patiently(`waiting for ${host}`, () => adminOf(host).runCommand({ ping: 1 }).ok === 1);
}
patiently('making the replica set', () => {
  if (somebodyIsMember()) return true;
  const members = HOSTS.map((host, _id) => ({ _id, host, priority: _id === 0 ? 2 : 1 }));
  return adminOf(HOSTS[0]).runCommand({ replSetInitiate: { _id: 'rs0', members } }).ok === 1;
});
patiently('waiting for a primary and for all members', everybodyIsMember);
print(`The replica set rs0 has a primary and ${HOSTS.length} members.`);
