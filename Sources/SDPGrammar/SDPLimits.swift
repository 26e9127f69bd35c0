/// Bounds on what one session description may ask of us. A browser's offer with audio, video and data stays far below
/// them; more is refused as a syntax error.
package enum SDPLimits {
    package static let bytesMax = 32_768
    package static let linesMax = 2_048
    package static let mediaSectionsMax = 32
    package static let attributesMax = 1_024
    /// Formats in one media section; RTP has 128 payload types.
    package static let formatsMax = 128
}
