//! A node that lies: a relay to an honest one, which changes what it answers about the chain's metadata.

use codec::{Decode as _, Encode as _};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use scale_info::TypeDef;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    io,
    net::{TcpListener, TcpStream},
    time::Duration,
};
use tungstenite::{accept, client, Error, Message, WebSocket};

/// How long one side is listened to before the other one.
const TURN: Duration = Duration::from_millis(5);

/// Says of two calls of the machines' pallet that each is the other one.
pub struct Metadata {
    address: String,
}

impl Metadata {
    /// In front of the node at `ws://host:port`.
    pub fn start(node: &str, calls: (&'static str, &'static str)) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("ws://{}", listener.local_addr()?);
        let node = node.trim_end_matches('/').to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let node = node.clone();
                std::thread::spawn(move || relay(stream, &node, calls));
            }
        });
        Ok(Self { address })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.address.clone()
    }
}

fn relay(near: TcpStream, node: &str, calls: (&str, &str)) -> Option<()> {
    let mut near = accept(near).ok()?;
    let far = TcpStream::connect(node.trim_start_matches("ws://")).ok()?;
    let (mut far, _) = client(node, far).ok()?;
    near.get_ref().set_read_timeout(Some(TURN)).ok()?;
    far.get_ref().set_read_timeout(Some(TURN)).ok()?;
    let mut asked = BTreeSet::new();
    loop {
        if let Some(text) = next(&mut near)? {
            let request: Value = serde_json::from_str(&text).ok()?;
            if request["params"][0] == "Metadata_metadata_at_version" {
                asked.insert(request["id"].to_string());
            }
            far.send(Message::text(text)).ok()?;
        }
        if let Some(text) = next(&mut far)? {
            let mut answer: Value = serde_json::from_str(&text).ok()?;
            let text = match asked.remove(&answer["id"].to_string()) {
                true => {
                    let told = answer["result"].as_str().and_then(|told| swapped(told, calls));
                    answer["result"] = told.expect("metadata that can be changed").into();
                    answer.to_string()
                }
                false => text,
            };
            near.send(Message::text(text)).ok()?;
        }
    }
}

/// The next text; `Some(None)`: nothing now. `None`: it is over.
fn next(socket: &mut WebSocket<TcpStream>) -> Option<Option<String>> {
    match socket.read() {
        Ok(Message::Text(text)) => Some(Some(text.to_string())),
        Ok(Message::Close(_)) => None,
        Ok(_) => Some(None),
        Err(Error::Io(error)) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
            Some(None)
        }
        Err(_) => None,
    }
}

/// The same metadata, but that two calls have each other's numbers.
fn swapped(told: &str, (one, other): (&str, &str)) -> Option<String> {
    let bytes = hex::decode(told.strip_prefix("0x")?).ok()?;
    let opaque = Option::<Vec<u8>>::decode(&mut &*bytes).ok()??;
    let mut known = RuntimeMetadataPrefixed::decode(&mut &*opaque).ok()?;
    let RuntimeMetadata::V15(metadata) = &mut known.1 else { return None };
    let pallet = metadata.pallets.iter().find(|pallet| pallet.name == "Machines")?;
    let calls = pallet.calls.as_ref()?.ty.id;
    let ty = metadata.types.types.iter_mut().find(|ty| ty.id == calls)?;
    let TypeDef::Variant(variants) = &mut ty.ty.type_def else { return None };
    let place = |name: &str| variants.variants.iter().position(|variant| variant.name == name);
    let (one, other) = (place(one)?, place(other)?);
    let (first, second) = (variants.variants[one].index, variants.variants[other].index);
    (variants.variants[one].index, variants.variants[other].index) = (second, first);
    Some(format!("0x{}", hex::encode(Some(known.encode()).encode())))
}
