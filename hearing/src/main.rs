//! `hearing measure` prints how well calls for help are recognised; `hearing
//! learn` learns the weights of the recogniser from everything that is not held
//! out.

use clap::{Parser, Subcommand};
use hearing::{Texts, figures, learn, measure};
use std::{error::Error, fs};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the figures of both parts.
    Measure {
        /// Put them on file, where the tests compare with them.
        #[arg(long)]
        keep: bool,
    },
    /// Learn the weights, and print what cross-validation says of them.
    Learn,
}

fn main() -> Result<(), Box<dyn Error>> {
    let texts = Texts::load()?;
    match Arguments::parse().command {
        Command::Measure { keep } => {
            let measured = measure(&texts);
            print!("{}", measured.report());
            if keep {
                fs::write(figures::FILE, measured.figures())?;
            }
        }
        Command::Learn => {
            let learnt = learn::learn(&texts);
            print!("{}", learnt.report);
            fs::write(learn::FILE, learnt.weights)?;
        }
    }
    Ok(())
}
