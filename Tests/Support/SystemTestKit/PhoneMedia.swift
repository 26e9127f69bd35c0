/// What a real phone is told to speak.
package struct PhoneMedia: Sendable, Hashable {
    package enum Codec: String, Sendable, CaseIterable { case pcma, pcmu, g722, opus }
    package enum Encryption: String, Sendable, CaseIterable { case plain, sdes, dtls }

    package var codec: Codec
    /// Anything but `plain` is insisted on: such a phone refuses a call without.
    package var encryption: Encryption

    package init(_ codec: Codec = .pcma, _ encryption: Encryption = .plain) {
        self.codec = codec
        self.encryption = encryption
    }

    // MARK: baresip

    /// As `audio_codecs` of an account wants it.
    var baresipCodec: String {
        switch codec {
        case .pcma: "PCMA/8000/1"
        case .pcmu: "PCMU/8000/1"
        case .g722: "G722/16000/1"
        case .opus: "opus/48000/2"
        }
    }

    var baresipModules: [String] {
        let encryptionModule =
            switch encryption {
            case .plain: [String]()
            case .sdes: ["srtp.so"]
            case .dtls: ["dtls_srtp.so"]
            }
        switch codec {
        case .pcma, .pcmu: return ["g711.so"] + encryptionModule
        case .g722: return ["g722.so"] + encryptionModule
        case .opus: return ["opus.so"] + encryptionModule
        }
    }

    /// Further parameters of an account.
    var baresipParameters: String {
        switch encryption {
        case .plain: ""
        case .sdes: ";mediaenc=srtp-mand"
        case .dtls: ";mediaenc=dtls_srtp"
        }
    }

    // MARK: linphone

    /// Sections of its configuration: every codec that it has, of which one is on.
    var linphoneCodecs: String {
        let known: [(Codec?, String, Int, Int)] = [
            (.opus, "opus", 48_000, 2), (.pcmu, "PCMU", 8_000, 1), (.pcma, "PCMA", 8_000, 1), (.g722, "G722", 8_000, 1),
            (nil, "speex", 16_000, 1), (nil, "speex", 8_000, 1), (nil, "GSM", 8_000, 1),
        ]
        return known.enumerated().map { index, entry in
            """
            [audio_codec_\(index)]
            mime=\(entry.1)
            rate=\(entry.2)
            channels=\(entry.3)
            enabled=\(entry.0 == codec ? 1 : 0)

            """
        }.joined()
    }

    var linphoneEncryption: String {
        let name =
            switch encryption {
            case .plain: "none"
            case .sdes: "srtp"
            case .dtls: "dtls"
            }
        return "media_encryption=\(name)\nmedia_encryption_mandatory=\(encryption == .plain ? 0 : 1)"
    }
}
