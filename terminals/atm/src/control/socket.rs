//! The socket in a machine's folder.

use super::{Control, Reply, Request};
use std::{
    io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Write as _},
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use thiserror::Error;

/// The socket's name in the folder.
const NAME: &str = "control";

/// How long somebody may take to say what is wanted.
const ASKING: Duration = Duration::from_secs(10);

/// How long an errand may take: the books ask the chain about every open claim.
const ANSWERING: Duration = Duration::from_secs(600);

/// The largest request.
const MAX_REQUEST: u64 = 64 * 1024;

/// Why a machine cannot be asked.
#[derive(Debug, Error)]
pub enum SocketError {
    /// The socket cannot be made or used.
    #[error("{path}: {source}")]
    Socket {
        /// The socket.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another program runs the machine.
    #[error("{0}: the machine is at work already")]
    AtWork(PathBuf),
    /// The machine's answer cannot be read.
    #[error("the machine's answer cannot be read: {0}")]
    Answer(#[from] serde_json::Error),
}

/// Answers operators from now on, on threads of its own, until the process ends.
pub fn serve(folder: &Path, control: Arc<Control>) -> Result<(), SocketError> {
    let path = folder.join(NAME);
    let failed = |source| SocketError::Socket { path: path.clone(), source };
    match UnixStream::connect(&path) {
        Ok(_) => return Err(SocketError::AtWork(folder.into())),
        // Left by a program that was killed.
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            std::fs::remove_file(&path).map_err(failed)?
        }
        Err(_) => {}
    }
    let listener = UnixListener::bind(&path).map_err(failed)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    let answering = move || {
        for stream in listener.incoming().flatten() {
            let control = control.clone();
            // Whoever cannot be answered asks again.
            let _ = std::thread::Builder::new().spawn(move || answer(stream, &control));
        }
    };
    std::thread::Builder::new().name("control".into()).spawn(answering).map_err(failed)?;
    Ok(())
}

fn answer(mut stream: UnixStream, control: &Control) -> io::Result<()> {
    stream.set_read_timeout(Some(ASKING))?;
    let mut line = String::new();
    BufReader::new((&stream).take(MAX_REQUEST)).read_line(&mut line)?;
    let reply = match serde_json::from_str::<Request>(&line) {
        Ok(request) => control.execute(&request),
        Err(error) => {
            let text = format!("this is no request: {error}");
            Reply { data: serde_json::json!({ "error": text }), text, code: 1 }
        }
    };
    writeln!(stream, "{}", serde_json::to_string(&reply).map_err(io::Error::other)?)
}

/// Asks the machine that is at work in a folder. `None`: none is.
pub fn ask(folder: &Path, request: &Request) -> Result<Option<Reply>, SocketError> {
    let path = folder.join(NAME);
    let failed = |source| SocketError::Socket { path: path.clone(), source };
    let mut stream = match UnixStream::connect(&path) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None)
        }
        Err(error) => return Err(failed(error)),
    };
    stream.set_read_timeout(Some(ANSWERING)).map_err(failed)?;
    writeln!(stream, "{}", serde_json::to_string(request)?).map_err(failed)?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).map_err(failed)?;
    Ok(Some(serde_json::from_str(&line)?))
}
