import CSpeexDSP

/// Cleans the microphone: takes the speaker's echo out, quiets noise, and levels the voice, by libspeexdsp. All memory
/// is taken when it is made.
final class VoiceFilter {
    private let echo: OpaquePointer
    private let preprocessor: OpaquePointer
    private let frameSamples: Int
    /// The echo comes back within this time, the speaker's and the microphone's buffers included.
    private static let tailMilliseconds = 128
    private static let noiseSuppressDecibels: Int32 = -18

    /// nil when there is no memory.
    init?(sampleRate: Int, frameSamples: Int) {
        let tail = Int32(sampleRate * Self.tailMilliseconds / 1_000)
        guard let echo = speex_echo_state_init(Int32(frameSamples), tail) else { return nil }
        guard let preprocessor = speex_preprocess_state_init(Int32(frameSamples), Int32(sampleRate)) else {
            speex_echo_state_destroy(echo)
            return nil
        }
        pbx_speexdsp_echo_set_rate(echo, Int32(sampleRate))
        pbx_speexdsp_preprocess_set_echo(preprocessor, echo)
        pbx_speexdsp_preprocess_set(preprocessor, SPEEX_PREPROCESS_SET_DENOISE, 1)
        pbx_speexdsp_preprocess_set(
            preprocessor, SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, Self.noiseSuppressDecibels)
        pbx_speexdsp_preprocess_set(preprocessor, SPEEX_PREPROCESS_SET_AGC, 1)
        self.echo = echo
        self.preprocessor = preprocessor
        self.frameSamples = frameSamples
    }

    deinit {
        speex_preprocess_state_destroy(preprocessor)
        speex_echo_state_destroy(echo)
    }

    /// Cleans one frame of the microphone, `played` being what the speaker was given one frame earlier.
    func clean(
        _ captured: UnsafeBufferPointer<Int16>, played: UnsafeBufferPointer<Int16>,
        into result: UnsafeMutableBufferPointer<Int16>
    ) {
        guard captured.count == frameSamples, played.count == frameSamples, result.count == frameSamples else { return }
        speex_echo_cancellation(echo, captured.baseAddress, played.baseAddress, result.baseAddress)
        speex_preprocess_run(preprocessor, result.baseAddress)
    }
}
