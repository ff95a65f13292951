//! A world on one of the machine's processors.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Keeps this thread, and those that it starts, on the `n`th processor that it may use. A world's threads (its own, the
/// store's, the one for files) take turns by a few microseconds; where each turn goes over to another processor, waking it
/// costs more than all that is done.
pub fn to_one(n: usize) {
    let Ok(allowed) = sched_getaffinity(None) else { return };
    let allowed: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu)).collect();
    let mut one = CpuSet::new();
    if let Some(cpu) = allowed.get(n % allowed.len().max(1)) {
        one.set(*cpu);
        // Refused, it is slower and plays the same.
        let _ = sched_setaffinity(None, &one);
    }
}
