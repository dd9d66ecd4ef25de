//! The story, every line of it, on one validator and on four.

use specie_tests::{
    node::{network, Node},
    story::Story,
};
use std::error::Error;

async fn told_on(mut nodes: Vec<Node>, folder: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let chain = nodes.first_mut().ok_or("no node")?.client().await?;
    chain.wait_for_final(1).await?;
    let lines = Story::new(&chain, folder, |line| println!("{line:?}"))?.tell().await?;
    assert_eq!(lines.len(), 40, "a line is missing, or one too many");
    for line in &lines {
        assert_eq!(line.observed, line.expected, "{}", line.what);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f3_f4_f6_f11_f12_f13_f14_f15_f16_f18_f19_story_on_one_validator() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    told_on(vec![Node::dev(folder.path())?], folder.path()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f3_f4_f6_f11_f12_f13_f14_f15_f16_f18_f19_story_on_four_validators() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    told_on(network(folder.path())?, folder.path()).await
}
