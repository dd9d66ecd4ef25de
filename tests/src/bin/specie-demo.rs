//! The main job of Specie, told line by line on a real chain: `make demo`.

use clap::Parser;
use specie_tests::{
    node::{network, Node},
    story::{Line, Story},
};
use std::{error::Error, process::ExitCode};

/// Starts a development chain, makes cards, funds them, cashes them out and attacks them, and prints what came of it.
#[derive(Debug, Parser)]
struct Cli {
    /// On four validators instead of one.
    #[arg(long)]
    net: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Cli::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli) -> Result<bool, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut nodes = if cli.net { network(folder.path())? } else { vec![Node::dev(folder.path())?] };
    let count = nodes.len();
    let node = nodes.first_mut().ok_or("no node")?;
    println!("A Specie chain on {count} node(s), its RPC on {}. Each step waits until it is final.\n", node.url());
    let chain = node.client().await?;
    chain.wait_for_final(1).await?;

    println!("  {:<76}  verdict or outcome", "step");
    println!("  {}  {}", "-".repeat(76), "-".repeat(32));
    let lines = Story::new(&chain, folder.path(), print)?.tell().await?;
    let failed = lines.iter().filter(|line| !line.holds()).count();
    println!("\n{} steps, {failed} not as they must be.", lines.len());
    Ok(failed == 0)
}

fn print(line: &Line) {
    let mark = if line.holds() { ' ' } else { '!' };
    println!("{mark} {:<76}  {}", line.what, line.observed);
    if !line.holds() {
        println!("  {:>76}  must be: {}", "", line.expected);
    }
}
