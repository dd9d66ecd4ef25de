//! A customer who stops half-way, so that something can happen meanwhile.

use super::Result;
use std::{
    io::{BufRead as _, BufReader, Lines, Write as _},
    process::{Child, ChildStdin, ChildStdout},
};

/// The line that shows that all before it has been done.
const MARK: &str = "wait 0";

/// A machine with a customer in front of it.
#[derive(Debug)]
pub struct Playing {
    machine: Child,
    script: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    said: Vec<String>,
}

impl Playing {
    /// Does the first lines of a script, and comes back when they are done.
    pub(super) fn begin(mut machine: Child, script: &str) -> Result<Self> {
        let input = machine.stdin.take().ok_or("no standard input")?;
        let lines = BufReader::new(machine.stdout.take().ok_or("no standard output")?).lines();
        let mut playing = Self { machine, script: input, lines, said: Vec::new() };
        writeln!(playing.script, "{}\n{MARK}", script.trim_end())?;
        for line in playing.lines.by_ref() {
            playing.said.push(line?);
            if playing.said.last().is_some_and(|line| *line == format!("> {MARK}")) {
                return Ok(playing);
            }
        }
        Err(format!("the script failed:\n{}", playing.said.join("\n")).into())
    }

    /// Does the rest of the script, to its end, and gives what the machine said.
    pub fn end(mut self, script: &str) -> Result<Vec<String>> {
        self.script.write_all(script.as_bytes())?;
        drop(self.script);
        for line in self.lines {
            self.said.push(line?);
        }
        match self.machine.wait()?.success() {
            true => Ok(self.said),
            false => Err(format!("the script failed:\n{}", self.said.join("\n")).into()),
        }
    }
}
