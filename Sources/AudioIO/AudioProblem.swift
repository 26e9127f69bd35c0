import CALSA
import Glibc

/// What is wrong with a sound device, in words that say what to do about it.
package struct AudioProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// As ALSA knows it: `default`, `plughw:1,0`.
    package var device: String
    package var isCapture: Bool
    /// The negative errno that ALSA gave.
    package var code: Int32

    private var what: String { isCapture ? "microphone" : "speaker" }

    package var description: String {
        switch -code {
        case ENOENT: "\(what) \"\(device)\" does not exist (pbx-phone audio list shows what there is)"
        case ENODEV, EBADFD, ENXIO, EIO: "\(what) \"\(device)\" is gone (is it plugged in?)"
        case EBUSY: "\(what) \"\(device)\" is used by another program (PipeWire's \"default\" can be shared)"
        case EACCES, EPERM: "\(what) \"\(device)\" may not be used (is the user in the group \"audio\"?)"
        case EINVAL: "\(what) \"\(device)\" cannot do one channel of 16 bits (a plug: device can)"
        case ETIMEDOUT: "\(what) \"\(device)\" gives no sound: it is there, but stands still"
        default: "\(what) \"\(device)\": \(snd_strerror(code).map { String(cString: $0) } ?? "error \(code)")"
        }
    }
}
