//! The sockets of the RPC server.
//!
//! The SDK's server writes an answer in two pieces and lets the kernel hold the second one back until the client has
//! acknowledged the first (Nagle's algorithm), which takes it up to 40 milliseconds. Linux hands the option that
//! prevents this down from a listening socket to the connections that it accepts, so it is set there, once the server
//! listens.

use socket2::SockRef;
use std::{
    net::SocketAddr,
    os::fd::{BorrowedFd, RawFd},
};

/// Has the kernel send at once what is written to connections to these addresses. Where that does not work (other
/// systems than Linux), answers are only later.
pub fn send_at_once(addresses: &[SocketAddr]) {
    let Ok(files) = std::fs::read_dir("/proc/self/fd") else { return };
    let numbers = files.flatten().filter_map(|file| file.file_name().to_str()?.parse::<RawFd>().ok());
    for number in numbers.collect::<Vec<_>>() {
        if local_address(number).is_some_and(|address| addresses.contains(&address)) {
            set_no_delay(number);
        }
    }
}

fn local_address(number: RawFd) -> Option<SocketAddr> {
    with_socket(number, |socket| socket.local_addr().ok()?.as_socket())
}

fn set_no_delay(number: RawFd) {
    with_socket(number, |socket| socket.set_tcp_nodelay(true).ok());
}

/// Looks at an open file as a socket; `None` if it is none.
fn with_socket<T>(number: RawFd, look: impl FnOnce(SockRef<'_>) -> Option<T>) -> Option<T> {
    // SAFETY: the number is of an open file of this process, and no file is read, written or closed through it here. Should
    // it be closed meanwhile, the calls fail, or concern another socket, for which the option is harmless.
    #[allow(unsafe_code)]
    let file = unsafe { BorrowedFd::borrow_raw(number) };
    look(SockRef::from(&file))
}
