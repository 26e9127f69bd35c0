import CALSA
import Glibc

/// A device that ALSA offers.
package struct AudioDevice: Hashable, Sendable {
    package var name: String
    package var summary: String
    package var canCapture: Bool
    package var canPlay: Bool

    /// All that ALSA knows of, as its configuration names them.
    package static func list() -> [AudioDevice] {
        var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        guard snd_device_name_hint(-1, "pcm", &hints) == 0, let hints else { return [] }
        defer { snd_device_name_free_hint(hints) }
        var devices: [AudioDevice] = []
        var place = hints
        while let hint = place.pointee {
            place += 1
            guard let name = text(hint, "NAME"), name != "null" else { continue }
            let direction = text(hint, "IOID")
            devices.append(
                AudioDevice(
                    name: name, summary: text(hint, "DESC")?.split(separator: "\n").joined(separator: ", ") ?? "",
                    canCapture: direction != "Output", canPlay: direction != "Input"))
        }
        return devices
    }

    private static func text(_ hint: UnsafeMutableRawPointer, _ field: String) -> String? {
        guard let found = snd_device_name_get_hint(hint, field) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
