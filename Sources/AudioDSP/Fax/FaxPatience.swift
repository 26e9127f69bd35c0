/// How long a fax call may go on without a frame of the other end.
struct FaxPatience {
    static let samplesPerMinute = 60 * 8_000
    /// T.30 §5.4.3.1: the calling end waits 60 s (T0) and 35 s (T1) at most, the called one 35 s.
    static let firstFrameSamplesMax = 2 * samplesPerMinute
    /// Without ECM no frame comes during a page, which takes some minutes at 2,400 bit/s.
    static let nextFrameSamplesMax = 10 * samplesPerMinute

    private var framesHeard = 0
    private var waited = 0

    /// Lets time pass; returns the limit, in samples, when it has been passed.
    mutating func exceeded(framesHeard: Int, samples: Int) -> Int? {
        if framesHeard == self.framesHeard {
            waited += max(0, samples)
        } else {
            self.framesHeard = framesHeard
            waited = 0
        }
        let limit = framesHeard == 0 ? Self.firstFrameSamplesMax : Self.nextFrameSamplesMax
        return waited > limit ? limit : nil
    }
}
