// Makes the replica set once: mongosh --nodb initiate.js, with MONGODB_MEMBERS=host:port,… Doing it again changes nothing,
// and adds the members that were not there before.
const members = process.env.MONGODB_MEMBERS.split(',');
const first = connect(`mongodb://${members[0]}/admin?directConnection=true&serverSelectionTimeoutMS=60000`);
const wanted = members.map((host, at) => ({ _id: at, host }));

function configNow() {
  try {
    return first.adminCommand({ replSetGetConfig: 1 }).config;
  } catch (error) {
    if (error.codeName === 'NotYetInitialized') return undefined;
    throw error;
  }
}

const config = configNow();
if (config === undefined) {
  first.adminCommand({ replSetInitiate: { _id: 'rs0', members: wanted } });
} else {
  const known = new Set(config.members.map((member) => member.host));
  const next = Math.max(...config.members.map((member) => member._id)) + 1;
  const added = wanted.filter(({ host }) => !known.has(host));
  // One at a time: a majority must be there at each step.
  const set = connect(`mongodb://${config.members.map((member) => member.host).join(',')}/admin?replicaSet=rs0`);
  added.forEach(({ host }, at) => {
    const current = set.adminCommand({ replSetGetConfig: 1 }).config;
    current.members.push({ _id: next + at, host });
    current.version += 1;
    set.adminCommand({ replSetReconfig: current });
  });
}
print('the replica set rs0 is there');
