import PBXConfig
import PBXModel

/// One setting of `phone.toml`'s table `[phone]`: the manual page explains each by its row.
package struct PhoneFileRow: Sendable {
    package let key: String
    /// For the manual page; lower case, no full stop.
    package let summary: String
    private let set: @Sendable (inout PhoneOptions, _ values: [String]) throws(PhoneSetupError) -> Void

    /// Sets the option unless the command line did; throws what is wrong with the value, with its place.
    func apply(_ entry: ListFile.Entry, to options: inout PhoneOptions) throws(ConfigurationError) {
        do throws(PhoneSetupError) {
            try set(&options, entry.values)
        } catch {
            throw entry.finding(error.message)
        }
    }

    package static let all: [PhoneFileRow] = [
        text("display-name", "name that called people see", \.displayName),
        text("listen", "own address, perhaps with a port, for SIP", \.listen) { value throws(PhoneSetupError) in
            _ = try PhoneSetup.endpoint(value)
        },
        text("srtp", "encryption of audio: off, prefer or require", \.srtp) { value throws(PhoneSetupError) in
            _ = try PhoneSetup.encryption(value)
        },
        text("srtp-keys", "how keys are exchanged in calls of ours: sdes or dtls", \.srtpKeys) {
            value throws(PhoneSetupError) in _ = try PhoneSetup.offersDTLS(value)
        },
        PhoneFileRow(key: "codecs", summary: "list of codecs, the best first") {
            options, values throws(PhoneSetupError) in
            let text = values.joined(separator: ",")
            _ = try PhoneSetup.codecs(text)
            options.codecs = options.codecs ?? text
        },
        text("tls-ca", "PEM file with the authorities whose certificates servers may show", \.tlsCA),
        text("media-ports", "UDP ports for audio, as 40000-40099", \.mediaPorts) { value throws(PhoneSetupError) in
            _ = try PhoneSetup.ports(value)
        },
        PhoneFileRow(key: "ring-seconds", summary: "give up a call that nobody answers after so long") {
            options, values throws(PhoneSetupError) in
            guard values.count == 1, let seconds = Int(values[0]), seconds > 0 else {
                throw PhoneSetupError(message: "ring-seconds must be a number of seconds")
            }
            options.ringSeconds = options.ringSeconds ?? seconds
        },
        text("capture", "ALSA device of the microphone", \.devices.capture),
        text("playback", "ALSA device of the speaker", \.devices.playback),
        text("ring-device", "ALSA device that rings, or none", \.ringDevice),
        text("alert-device", "ALSA device that tells of waiting calls and messages, or none", \.alertDevice),
        PhoneFileRow(key: "sound", summary: "whether microphone and speaker are used: true or false") {
            options, values throws(PhoneSetupError) in
            let isWanted = try truth(values, "sound")
            options.sound = options.sound ?? isWanted
        },
        flag("raw-microphone", "leave the microphone as it is: true or false", \.rawMicrophone),
        flag("auto-answer", "answer every call at once: true or false", \.autoAnswer),
        flag("notify", "send desktop notifications too: true or false", \.notify),
        text("lang", "language of the screen: en or de", \.lang),
    ]

    private static func text(
        _ key: String, _ summary: String, _ path: any WritableKeyPath<PhoneOptions, String?> & Sendable,
        check: @escaping @Sendable (String) throws(PhoneSetupError) -> Void = { _ in }
    ) -> PhoneFileRow {
        PhoneFileRow(key: key, summary: summary) { options, values throws(PhoneSetupError) in
            guard values.count == 1, let value = values.first else {
                throw PhoneSetupError(message: "\(key) must be one text")
            }
            try check(value)
            options[keyPath: path] = options[keyPath: path] ?? value
        }
    }

    private static func flag(
        _ key: String, _ summary: String, _ path: any WritableKeyPath<PhoneOptions, Bool> & Sendable
    ) -> PhoneFileRow {
        PhoneFileRow(key: key, summary: summary) { options, values throws(PhoneSetupError) in
            let isSet = try truth(values, key)
            options[keyPath: path] = options[keyPath: path] || isSet
        }
    }

    private static func truth(_ values: [String], _ key: String) throws(PhoneSetupError) -> Bool {
        switch values {
        case ["true"]: return true
        case ["false"]: return false
        default: throw PhoneSetupError(message: "\(key) must be true or false")
        }
    }
}
