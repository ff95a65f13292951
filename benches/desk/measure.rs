//! Times of many runs, and the table that they are printed in.

use std::time::{Duration, Instant};

/// The times of some runs, shortest first; never empty.
#[derive(Clone, Debug)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn new(mut times: Vec<Duration>) -> Times {
        assert!(!times.is_empty(), "nothing was timed");
        times.sort();
        Times(times)
    }

    /// Runs `work` so often, after a tenth of that for warming up.
    pub fn of(runs: usize, mut work: impl FnMut()) -> Times {
        Times::after(runs, |_| (), |()| work())
    }

    /// The same where each run needs something made ready that is not part of the work.
    pub fn after<T>(runs: usize, mut ready: impl FnMut(usize) -> T, mut work: impl FnMut(T)) -> Times {
        let warm = runs / 10 + 1;
        let one = |n: usize| {
            let made = ready(n);
            let start = Instant::now();
            work(made);
            start.elapsed()
        };
        let times: Vec<Duration> = (0..warm + runs).map(one).collect();
        Times::new(times.into_iter().skip(warm).collect())
    }

    pub fn shortest(&self) -> Duration {
        self.0[0]
    }

    pub fn median(&self) -> Duration {
        self.at(50)
    }

    fn at(&self, percent: usize) -> Duration {
        self.0[(self.0.len() * percent / 100).min(self.0.len() - 1)]
    }
}

/// The table, printed line by line as it comes.
pub struct Table;

impl Table {
    pub fn title(&self, words: &str) {
        println!();
        line(words, ["runs", "min", "median", "p95", "floor", "x floor"].map(String::from));
    }

    /// Times in milliseconds, beside the floor of the same work.
    pub fn times(&self, what: &str, times: &Times, floor: Option<Duration>) {
        let ratio = floor.map(|floor| format!("{:.1}", times.median().as_secs_f64() / floor.as_secs_f64()));
        let [runs, min, median, p95] = [times.0.len().to_string(), ms(times.shortest()), ms(times.median()), ms(times.at(95))];
        line(what, [runs, min, median, p95, floor.map(ms).unwrap_or_default(), ratio.unwrap_or_default()]);
    }

    /// A single number with its unit.
    pub fn number(&self, what: &str, number: f64, unit: &str) {
        let blank = String::new;
        line(&format!("{what}, {unit}"), [blank(), blank(), format!("{number:.1}"), blank(), blank(), blank()]);
    }
}

impl Table {
    /// What could not be measured here, and why.
    pub fn missed(&self, what: &str, why: &str) {
        println!("{what}: not measured: {}", why.lines().last().unwrap_or_default());
    }
}

fn line(what: &str, cells: [String; 6]) {
    print!("{what:<68}");
    cells.iter().for_each(|cell| print!(" {cell:>8}"));
    println!();
}

fn ms(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1e3)
}
