// What SubQuery stores of a chain. It runs in SubQuery's sandbox, where `store` is the database.

// SubQuery hands over what @polkadot/api decoded, whose names of pallets and calls begin with a small letter.
function capitalised(name) {
  return name[0].toUpperCase() + name.slice(1);
}

function who({ carrier, sequence }) {
  return { carrier: carrier.toHex(), sequence: sequence.toNumber() };
}

function extrinsicOf(extrinsic) {
  const { section, method, args } = extrinsic.method;
  const call = `${capitalised(section)}.${method}`;
  const order = call === 'Carriers.spend' ? who(args[0]) : undefined;
  return { hash: extrinsic.hash.toHex(), unsigned: !extrinsic.isSigned, call, order };
}

function eventOf({ phase, event: { section, method, data } }) {
  const name = `${capitalised(section)}.${method}`;
  return {
    extrinsic: phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : undefined,
    name,
    fields: name === 'Carriers.CarrierSpent' ? who(data) : undefined,
  };
}

exports.handleBlock = async ({ block, events }) => {
  const number = block.header.number.toNumber();
  const extrinsics = block.extrinsics.map(extrinsicOf);
  await store.set('Block', `${number}`, { id: `${number}`, number, extrinsics, events: events.map(eventOf) });
};

exports.handleSpend = async ({ extrinsic, block }) => {
  const id = extrinsic.hash.toHex();
  const order = who(extrinsic.method.args[0]);
  await store.set('Order', id, { id, ...order, block: block.block.header.number.toNumber() });
};
