import CSpanDSP

/// Keeps frames away from the T.30 engine of spandsp 0.0.6 that it does not survive: it trusts some lengths, so that
/// one short or long frame, which a T.38 packet can carry to any port, would overwrite its memory.
package struct FaxFrameScreen {
    /// Address, control and the frame's type (T.30 §5.3).
    static let headerBytes = 3
    /// The number of the frame follows its type.
    package static let imageFrameBytesMin = 4
    /// The longest DCS that T.30 knows has 16 bytes of its own; spandsp has room for three more.
    package static let commandBytesMax = 22
    /// The engine keeps a copy of each NSF, NSC and NSS and forgets the one before; a call has a few.
    package static let nonStandardFramesMax = 50

    private var nonStandardFrames = 0

    package init() {}

    /// Whether the engine may see a frame, whose check sequence was right.
    package mutating func isAcceptable(_ frame: Span<UInt8>) -> Bool {
        guard frame.count >= Self.headerBytes else { return false }
        // The lowest bit of the type says who sent it, of most frames.
        switch Int(frame[2] & 0xFE) {
        case T4_FCD: return frame.count >= Self.imageFrameBytesMin
        case T30_DCS: return frame.count <= Self.commandBytesMax
        case T30_NSF, T30_NSS:
            nonStandardFrames += 1
            return nonStandardFrames <= Self.nonStandardFramesMax
        default: return true
        }
    }
}
