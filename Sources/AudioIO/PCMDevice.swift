import CALSA
import Glibc

/// One open sound device in one direction: one channel of 16-bit samples. Confined to the thread that uses it.
package final class PCMDevice {
    package let name: String
    package let isCapture: Bool
    private let pcm: OpaquePointer
    /// A device that says nothing for so long stands still.
    private static let standstillMilliseconds: Int32 = 1_000

    /// - Parameter bufferMilliseconds: sound that the device may hold; bounds the delay of playback.
    package init(
        _ name: String, isCapture: Bool, sampleRate: Int, bufferMilliseconds: Int
    ) throws(AudioProblem) {
        var opened: OpaquePointer?
        pbx_alsa_be_quiet()
        var result = pbx_alsa_open(&opened, name, isCapture ? 1 : 0)
        guard result == 0, let opened else {
            throw AudioProblem(device: name, isCapture: isCapture, code: result)
        }
        result = pbx_alsa_set_up(opened, UInt32(sampleRate), UInt32(bufferMilliseconds * 1_000))
        if result == 0, isCapture { result = snd_pcm_start(opened) }
        guard result == 0 else {
            snd_pcm_close(opened)
            throw AudioProblem(device: name, isCapture: isCapture, code: result)
        }
        self.name = name
        self.isCapture = isCapture
        pcm = opened
    }

    deinit { snd_pcm_close(pcm) }

    /// Waits for sound that fills `samples`. An overrun is passed over: what was lost was too late anyway.
    package func read(into samples: UnsafeMutableBufferPointer<Int16>) throws(AudioProblem) {
        var filled = 0
        while filled < samples.count {
            let rest = UnsafeMutableBufferPointer(rebasing: samples[filled...])
            let count = snd_pcm_readi(pcm, rest.baseAddress, snd_pcm_uframes_t(rest.count))
            if count > 0 {
                filled += count
            } else if count == 0 || count == -Int(EAGAIN) {
                try wait()
            } else {
                try recover(Int32(truncatingIfNeeded: count))
                if snd_pcm_state(pcm) == SND_PCM_STATE_PREPARED { snd_pcm_start(pcm) }
            }
        }
    }

    /// Hands `samples` to the device. What does not fit is dropped: a speaker that is slower than the microphone must
    /// not make the delay grow. After an underrun it begins anew behind a little silence.
    package func write(_ samples: UnsafeBufferPointer<Int16>) throws(AudioProblem) {
        for attempt in 0..<2 {
            let count = snd_pcm_writei(pcm, samples.baseAddress, snd_pcm_uframes_t(samples.count))
            if count >= 0 || count == -Int(EAGAIN) { return }
            if attempt == 1 { throw AudioProblem(device: name, isCapture: isCapture, code: Int32(count)) }
            try recover(Int32(truncatingIfNeeded: count))
        }
    }

    /// Hands over everything and waits until it has been heard.
    package func writeAll(_ samples: [Int16]) throws(AudioProblem) {
        var written = 0
        while written < samples.count {
            let count = samples.withUnsafeBufferPointer { buffer in
                let rest = UnsafeBufferPointer(rebasing: buffer[written...])
                return snd_pcm_writei(pcm, rest.baseAddress, snd_pcm_uframes_t(rest.count))
            }
            if count > 0 {
                written += count
            } else if count == 0 || count == -Int(EAGAIN) {
                try wait()
            } else {
                try recover(Int32(truncatingIfNeeded: count))
            }
        }
        snd_pcm_nonblock(pcm, 0)
        snd_pcm_drain(pcm)
    }

    /// Sound that was written and is not heard yet, in samples; nil when the device does not say.
    package var waitingSamples: Int? {
        var delay: snd_pcm_sframes_t = 0
        return snd_pcm_delay(pcm, &delay) == 0 ? Int(delay) : nil
    }

    private func wait() throws(AudioProblem) {
        let result = snd_pcm_wait(pcm, Self.standstillMilliseconds)
        if result == 0 { throw AudioProblem(device: name, isCapture: isCapture, code: -ETIMEDOUT) }
        if result < 0 { try recover(result) }
    }

    /// Overruns, underruns and a suspended machine are repaired; anything else is the end of the device.
    private func recover(_ code: Int32) throws(AudioProblem) {
        guard snd_pcm_recover(pcm, code, 1) == 0 else {
            throw AudioProblem(device: name, isCapture: isCapture, code: code)
        }
    }
}
