//! The story, every line of it, on one validator and on four.

use specie_tests::{
    chain::Chain,
    node::{network, Node, START_LIMIT},
    story::Story,
};
use std::error::Error;

async fn told_on(nodes: &[Node], folder: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let url = nodes.first().ok_or("no node")?.url();
    let chain = Chain::connect(&url, START_LIMIT).await?;
    chain.wait_for_final(1).await?;
    let lines = Story::new(&chain, folder, |line| println!("{line:?}"))?.tell().await?;
    assert_eq!(lines.len(), 44, "a line is missing, or one too many");
    for line in &lines {
        assert_eq!(line.observed, line.expected, "{}", line.what);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f3_f4_f6_f11_f12_f13_f14_f15_f16_f18_f19_story_on_one_validator() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    told_on(&[Node::dev(folder.path())?], folder.path()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f3_f4_f6_f11_f12_f13_f14_f15_f16_f18_f19_story_on_four_validators() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let nodes = network(folder.path())?;
    told_on(&nodes, folder.path()).await
}
