//! How much to ask for at a time: as much as gets through.

use protocol::sync::pull::SMALLEST_FRAME;

/// How large a frame gets through: half of it after one that did not, twice as large after one that was full and did, but not as large as
/// the one that was lost until many have come. A small answer that came says nothing of large ones.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// What is asked for now.
    pub bytes: u32,
    most: u32,
    /// The size that was last lost.
    lost: u32,
    /// Full frames that came since.
    came: u32,
}

/// After so many full frames the size that was lost is tried again: it may have been lost for another reason.
const TRY_AGAIN: u32 = 16;

impl Frame {
    /// Begins with the most.
    pub const fn new(most: u32) -> Self {
        Self { bytes: most, most, lost: u32::MAX, came: 0 }
    }

    /// One did not come.
    pub fn lost(&mut self) {
        (self.lost, self.came) = (self.bytes, 0);
        self.bytes = (self.bytes / 2).max(SMALLEST_FRAME);
    }

    /// So many bytes came.
    pub fn came(&mut self, bytes: usize) {
        if bytes <= self.bytes as usize / 2 {
            return;
        }
        self.came += 1;
        let next = self.bytes.saturating_mul(2).min(self.most);
        if next < self.lost || self.came >= TRY_AGAIN {
            self.bytes = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::sync::pull::FRAME;

    #[test]
    fn a_frame_settles_below_what_is_swallowed_and_tries_again_after_a_while() {
        let mut frame = Frame::new(FRAME);
        let hole = 12_000;
        let mut lost = 0;
        for _ in 0..60 {
            if frame.bytes > hole {
                frame.lost();
                lost += 1;
            } else {
                frame.came(frame.bytes as usize);
            }
        }
        assert!(frame.bytes <= hole && lost < 12, "{lost} of 60 frames were lost");
        frame.came(10);
        assert!(frame.bytes <= hole, "a small answer says nothing of large ones");
    }
}
