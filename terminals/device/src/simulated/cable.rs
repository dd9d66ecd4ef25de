//! The network cable: a relay to a node that can be pulled out.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Mutex, PoisonError,
    },
};

/// A cable to one node.
pub struct Cable {
    is_in: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
    url: String,
}

impl Cable {
    /// A cable to the node at `url` (`ws://host:port`), plugged in.
    pub fn to(url: &str) -> io::Result<Arc<Self>> {
        let far = url.strip_prefix("ws://").ok_or_else(|| io::Error::other(format!("{url}: not ws://")))?;
        let far = far.trim_end_matches('/').to_owned();
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let url = format!("ws://{}", listener.local_addr()?);
        let cable = Arc::new(Self { is_in: AtomicBool::new(true), streams: Mutex::default(), url });
        let relay = cable.clone();
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                relay.connect(near, &far);
            }
        });
        Ok(cable)
    }

    /// Where the machine finds the node.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is plugged in.
    pub fn is_in(&self) -> bool {
        self.is_in.load(Ordering::Relaxed)
    }

    /// Pulls it out, or plugs it in.
    pub fn plug(&self, is_in: bool) {
        self.is_in.store(is_in, Ordering::Relaxed);
        if !is_in {
            for stream in self.streams.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
                // Closed already, perhaps.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    fn connect(&self, near: TcpStream, far: &str) {
        if !self.is_in() {
            return;
        }
        let Ok(far) = TcpStream::connect(far) else { return };
        let ends = [near.try_clone(), far.try_clone()];
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.extend(ends.into_iter().flatten());
        drop(streams);
        if let (Ok(near_too), Ok(far_too)) = (near.try_clone(), far.try_clone()) {
            std::thread::spawn(move || relay(near, far));
            std::thread::spawn(move || relay(far_too, near_too));
        }
    }
}

fn relay(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if to.write_all(buffer.get(..count).unwrap_or_default()).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
