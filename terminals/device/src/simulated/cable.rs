//! The network cable: a relay to a node that can be pulled out, and to one that lies.

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
    lies: AtomicBool,
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
        let cable = Arc::new(Self {
            is_in: AtomicBool::new(true),
            lies: AtomicBool::new(false),
            streams: Mutex::default(),
            url,
        });
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

    /// Whether the node at the other end lies about what cards hold.
    pub fn lies(&self) -> bool {
        self.lies.load(Ordering::Relaxed)
    }

    /// Has the node lie from now on, or no more.
    pub fn lie(&self, lies: bool) {
        self.lies.store(lies, Ordering::Relaxed);
    }

    fn connect(self: &Arc<Self>, near: TcpStream, far: &str) {
        if !self.is_in() {
            return;
        }
        let Ok(far) = TcpStream::connect(far) else { return };
        let ends = [near.try_clone(), far.try_clone()];
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.extend(ends.into_iter().flatten());
        drop(streams);
        if let (Ok(near_too), Ok(far_too)) = (near.try_clone(), far.try_clone()) {
            let cable = self.clone();
            std::thread::spawn(move || relay(near, far, |_| {}));
            std::thread::spawn(move || {
                relay(far_too, near_too, |said| {
                    if cable.lies() {
                        inflate(said);
                    }
                });
            });
        }
    }
}

/// What a lying node says: every balance begins with a nine. No byte more or less, so that the frames around the answers still fit.
fn inflate(said: &mut [u8]) {
    for name in [&b"\"finalized\":\""[..], b"\"best\":\""] {
        let places: Vec<usize> =
            said.windows(name.len()).enumerate().filter(|(_, seen)| *seen == name).map(|(at, _)| at).collect();
        for at in places {
            if let Some(digit @ b'1'..=b'8') = said.get_mut(at + name.len()) {
                *digit = b'9';
            }
        }
    }
}

fn relay(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&mut [u8])) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        change(buffer.get_mut(..count).unwrap_or_default());
        if to.write_all(buffer.get(..count).unwrap_or_default()).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
