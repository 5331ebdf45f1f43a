// Makes the three servers one replica set, once; a second run only looks. Run by mongosh without a database.
const HOSTS = [0, 1, 2].map((n) => `mongodb-${n}.mongodb-headless:27017`);
const ALREADY_INITIALIZED = 23;
const NOT_YET_INITIALIZED = 94;
const deadline = Date.now() + 10 * 60 * 1000;

const connect1 = (host) => new Mongo(`mongodb://${host}/?directConnection=true&serverSelectionTimeoutMS=2000`);

function patiently(what, attempt) {
  for (;;) {
    try {
      const done = attempt();
      if (done) return done;
    } catch (error) {
      print(`${what}: ${error.message}`);
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ten minutes`);
    sleep(2000);
  }
}

for (const host of HOSTS) {
  patiently(`waiting for ${host}`, () => connect1(host).getDB('admin').runCommand({ ping: 1 }).ok === 1);
}

const admin = connect1(HOSTS[0]).getDB('admin');

function isInitialized() {
  try {
    return admin.runCommand({ replSetGetStatus: 1 }).ok === 1;
  } catch (error) {
    if (error.code === NOT_YET_INITIALIZED) return false;
    throw error;
  }
}

if (isInitialized()) print('It is a replica set already.');
else {
  const members = HOSTS.map((host, _id) => ({ _id, host, priority: _id === 0 ? 2 : 1 }));
  try {
    admin.runCommand({ replSetInitiate: { _id: 'rs0', members } });
  } catch (error) {
    if (error.code !== ALREADY_INITIALIZED) throw error;
  }
}

patiently('waiting for a primary', () => {
  const { members } = admin.runCommand({ replSetGetStatus: 1 });
  return members.some(({ stateStr }) => stateStr === 'PRIMARY');
});
print('The replica set rs0 has a primary.');
