//! What a node tells Prometheus.

use std::error::Error;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The whole page, as the node at this port gives it.
pub async fn page(port: u16) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

/// A counter or gauge by its name.
pub async fn value(port: u16, name: &str) -> Result<u64, Box<dyn Error>> {
    let page = page(port).await?;
    let is_name = |rest: &str| rest.starts_with([' ', '{']);
    let line = page.lines().find(|line| line.strip_prefix(name).is_some_and(is_name));
    let line = line.ok_or_else(|| format!("the node has no metric {name}"))?;
    Ok(line.rsplit(' ').next().unwrap_or_default().parse::<f64>()? as u64)
}
