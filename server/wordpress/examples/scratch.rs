use std::fs::File;
use std::io::BufReader;
fn main() {
    for f in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        let e = wordpress::read(
            BufReader::new(File::open(&f).unwrap()),
            &Default::default(),
            &mut |_| {},
        );
        let e = match e {
            Ok(e) => e,
            Err(x) => {
                println!("{f}: {x}");
                continue;
            }
        };
        println!("{f} {:?}", t.elapsed());
        let c = |p: &dyn Fn(&wordpress::Status) -> bool| {
            e.articles.iter().filter(|a| p(&a.status)).count()
        };
        use wordpress::Status::*;
        println!(
            "{} articles; pub {} draft {} sched {} prot {}; {} comments, held {}; {:?}; pages {}",
            e.articles.len(),
            c(&|s| matches!(s, Published { .. })),
            c(&|s| matches!(s, Draft)),
            c(&|s| matches!(s, Scheduled { .. })),
            c(&|s| matches!(s, Protected)),
            e.articles.iter().map(|a| a.comments.len()).sum::<usize>(),
            e.articles
                .iter()
                .flat_map(|a| &a.comments)
                .filter(|c| !c.approved)
                .count(),
            e.skipped,
            e.pages.len()
        );
        for a in e.articles.iter().chain(&e.pages) {
            println!(
                "=====\n{:?} {} {:?} {} {:?} {:?} {:?}\n{}",
                a.title,
                a.slug,
                a.status,
                a.source_id,
                a.categories,
                a.summary,
                a.prompts,
                a.markdown
            );
            for c in &a.comments {
                println!(
                    "--- {} {:?} {:?} {} {}\n{}",
                    c.source_id, c.parent, c.commenter, c.at, c.approved, c.markdown
                )
            }
        }
    }
}
