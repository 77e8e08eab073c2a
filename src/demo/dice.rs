//! Chance that falls the same way every time.

/// `SplitMix64`: small, even, and good enough for a shop window.
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        Self(0x736f_756b)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `sides`.
    pub fn below(&mut self, sides: u32) -> u32 {
        u32::try_from(self.roll() % u64::from(sides.max(1))).unwrap_or_default()
    }

    /// Whether something happens that does in `percent` of all cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of several, the first ones more often than the last.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let sides = u32::try_from(of.len()).ok()?;
        let index = self.below(sides).min(self.below(sides));
        of.get(usize::try_from(index).ok()?)
    }
}
