import CALSA
import Glibc
import PBXBase

/// One open sound device in one direction: one channel of 16-bit samples. Confined to the thread that uses it.
package final class PCMDevice {
    package let name: String
    package let isCapture: Bool
    private let pcm: OpaquePointer
    private let bufferSamples: Int
    private let bufferMilliseconds: Int
    /// A device that says nothing for so long stands still.
    private static let standstillMilliseconds: Int32 = 1_000
    /// A device that must be repaired so often for one frame is beyond repair.
    private static let repairsMax = 4
    private static let drainPoll = Interval.milliseconds(10)
    /// Sound that waits in a speaker before it begins.
    private static let leadMilliseconds = 20

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
        var buffer: snd_pcm_uframes_t = 0
        var period: snd_pcm_uframes_t = 0
        if result == 0 { result = snd_pcm_get_params(opened, &buffer, &period) }
        let lead = snd_pcm_uframes_t(sampleRate * Self.leadMilliseconds / 1_000)
        if result == 0, !isCapture, lead < buffer { result = pbx_alsa_start_at(opened, lead) }
        guard result == 0 else {
            snd_pcm_close(opened)
            throw AudioProblem(device: name, isCapture: isCapture, code: result)
        }
        bufferSamples = Int(clamping: buffer)
        self.name = name
        self.isCapture = isCapture
        self.bufferMilliseconds = bufferMilliseconds
        pcm = opened
    }

    deinit { snd_pcm_close(pcm) }

    /// Waits for sound that fills `samples`. An overrun is passed over: what was lost was too late anyway.
    package func read(into samples: UnsafeMutableBufferPointer<Int16>) throws(AudioProblem) {
        var filled = 0
        var repairs = 0
        while filled < samples.count {
            let rest = UnsafeMutableBufferPointer(rebasing: samples[filled...])
            let count = snd_pcm_readi(pcm, rest.baseAddress, snd_pcm_uframes_t(rest.count))
            if count > 0 {
                filled += count
            } else if count == 0 || count == -Int(EAGAIN) {
                try wait(&repairs)
            } else {
                repairs += 1
                try recover(Int32(truncatingIfNeeded: count), repairs: repairs)
                if snd_pcm_state(pcm) == SND_PCM_STATE_PREPARED { snd_pcm_start(pcm) }
            }
        }
    }

    /// Hands the first `count` of `samples` to the device. What does not fit is dropped: after a hold-up nothing must
    /// wait longer than the device's buffer. True: the device had run dry, and begins anew behind a little
    /// silence.
    package func write(_ samples: [Int16], count: Int) throws(AudioProblem) -> Bool {
        for attempt in 1...2 {
            let written = samples.withUnsafeBufferPointer { buffer in
                snd_pcm_writei(pcm, buffer.baseAddress, snd_pcm_uframes_t(min(max(0, count), buffer.count)))
            }
            if written >= 0 || written == -Int(EAGAIN) { return attempt > 1 }
            if attempt == 2 { throw AudioProblem(device: name, isCapture: isCapture, code: Int32(written)) }
            try recover(Int32(truncatingIfNeeded: written), repairs: attempt)
        }
        return true
    }

    /// Hands over everything, waiting for room.
    package func writeWaiting(_ samples: [Int16]) throws(AudioProblem) {
        var written = 0
        var repairs = 0
        while written < samples.count {
            let count = samples.withUnsafeBufferPointer { buffer in
                let rest = UnsafeBufferPointer(rebasing: buffer[written...])
                return snd_pcm_writei(pcm, rest.baseAddress, snd_pcm_uframes_t(rest.count))
            }
            if count > 0 {
                written += count
            } else if count == 0 || count == -Int(EAGAIN) {
                try wait(&repairs)
            } else {
                repairs += 1
                try recover(Int32(truncatingIfNeeded: count), repairs: repairs)
            }
        }
    }

    /// Waits until everything has been heard, at most for as long as the device could hold, and a standstill.
    package func drain() {
        let patience = Interval.milliseconds(Int(Self.standstillMilliseconds) + bufferMilliseconds)
        let end = Monotonic.now + patience
        while snd_pcm_drain(pcm) == -EAGAIN, Monotonic.now < end {
            Monotonic.wait(until: Monotonic.now + Self.drainPoll)
        }
    }

    package var isRunning: Bool { snd_pcm_state(pcm) == SND_PCM_STATE_RUNNING }

    /// Sound that lies in the device's buffer: on its way to the speaker, or not read yet. Nil when it does not say.
    package var queuedSamples: Int? {
        let available = snd_pcm_avail_update(pcm)
        guard available >= 0 else { return nil }
        return isCapture ? available : max(0, bufferSamples - available)
    }

    private func wait(_ repairs: inout Int) throws(AudioProblem) {
        let result = snd_pcm_wait(pcm, Self.standstillMilliseconds)
        if result == 0 { throw AudioProblem(device: name, isCapture: isCapture, code: -ETIMEDOUT) }
        guard result < 0 else { return }
        repairs += 1
        try recover(result, repairs: repairs)
    }

    /// Overruns, underruns and a suspended machine are repaired, if not too often; anything else is the end of the
    /// device.
    private func recover(_ code: Int32, repairs: Int) throws(AudioProblem) {
        guard repairs <= Self.repairsMax, snd_pcm_recover(pcm, code, 1) == 0 else {
            throw AudioProblem(device: name, isCapture: isCapture, code: code)
        }
    }
}
