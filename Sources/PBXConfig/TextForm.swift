import PBXBase
import PBXModel

/// What a text in the configuration may look like: how it becomes a value and back, and how to say so to people.
struct TextForm<Value: Sendable>: Sendable {
    /// Completes `must be …`.
    var expectation: String
    /// Nil when the text has another form.
    var parse: @Sendable (String) -> Value?
    var format: @Sendable (Value) -> String
    /// What was probably meant by a text that does not fit.
    var intent: @Sendable (String) -> String?

    init(
        _ expectation: String, parse: @escaping @Sendable (String) -> Value?,
        format: @escaping @Sendable (Value) -> String, intent: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.expectation = expectation
        self.parse = parse
        self.format = format
        self.intent = intent
    }
}

extension TextForm where Value == String {
    /// A text that satisfies `fits`, kept as it is.
    private init(_ expectation: String, where fits: @escaping @Sendable (String) -> Bool) {
        self.init(expectation, parse: { fits($0) ? $0 : nil }, format: { $0 })
    }

    /// RFC 3261 §25.1 `host`: a name, an IPv4 address, or an IPv6 address (with or without brackets).
    static var host: Self {
        Self(
            "a host name or address, such as \"pbx.example.com\"",
            parse: { text in
                let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
                if let address = IPAddress(isBracketed ? text.dropFirst().dropLast() : text[...]) {
                    return address.hostText
                }
                let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                let fits =
                    text.utf8.count <= 253
                    && labels.allSatisfy {
                        (1...63).contains($0.count) && $0.allSatisfy(isNameByte) && $0.first != UInt8(ascii: "-")
                    }
                return fits ? text.lowercased() : nil
            }, format: { $0 })
    }

    /// What goes between the quotes of a digest challenge, so neither quote nor backslash.
    static var realm: Self {
        Self("1 to 128 printable ASCII characters without \" and \\") { text in
            (1...128).contains(text.utf8.count)
                && text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        }
    }

    static var displayName: Self {
        Self("1 to 64 characters on one line") {
            (1...64).contains($0.count) && $0.utf8.count <= 256 && isPrintable($0)
        }
    }

    /// T.30 §5.3.6.2.4: twenty digits, plus signs and spaces.
    static var stationIdentity: Self {
        Self("1 to 20 digits, spaces and +") { text in
            (1...20).contains(text.utf8.count)
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x20 || $0 == UInt8(ascii: "+") }
        }
    }

    /// Product tokens of RFC 3261 §20.35, without comments.
    static var productName: Self {
        Self("letters, digits, spaces and -_./, at most 64") { text in
            (1...64).contains(text.utf8.count)
                && text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: " ") }
        }
    }

    static var password: Self {
        Self("1 to 128 characters on one line") { (1...128).contains($0.utf8.count) && isPrintable($0) }
    }

    static func hexadecimal(digits: Int) -> Self {
        Self(
            "\(digits) hexadecimal digits",
            parse: { text in
                let fits = text.utf8.count == digits && text.utf8.allSatisfy { hexadecimalValue($0) != nil }
                return fits ? text.lowercased() : nil
            }, format: { $0 })
    }

    static var absolutePath: Self {
        Self("an absolute path, such as \"/var/lib/pbx-x\"") { text in
            text.hasPrefix("/") && text.utf8.count <= 1_024 && !text.utf8.contains(0)
        }
    }

    /// A socket's path has to fit into `sockaddr_un.sun_path` (108 bytes with the final zero).
    static var socketPath: Self {
        Self("an absolute path of at most 107 bytes") { text in
            text.hasPrefix("/") && text.utf8.count <= 107 && !text.utf8.contains(0)
        }
    }

    static var number: Self {
        Self("an extension's number in quotes, such as \"101\"") { isDialableNumber($0) }
    }

    static var phoneNumber: Self {
        Self("1 to 40 digits, spaces and +-/()") { text in
            (1...40).contains(text.utf8.count) && text.contains(where: \.isNumber)
                && text.allSatisfy { ("0"..."9").contains($0) || " +-/()".contains($0) }
        }
    }

    static var mailAddress: Self {
        Self("a mail address, such as \"anna@example.com\"") { text in
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            return text.utf8.count <= 254 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
                && isPrintable(text) && !text.contains(" ")
        }
    }

    static var unixUser: Self {
        Self("a Unix user, such as \"anna\"") { text in
            if case .user? = UnixPrincipal(text) { true } else { false }
        }
    }

    static var codec: Self {
        Self("a codec name such as \"PCMA\", or \"*\" for any other") { text in
            text == "*" || ((1...32).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte))
        }
    }
}

extension TextForm where Value == IPAddress {
    static var address: Self {
        Self("an IP address, such as \"192.0.2.1\" or \"2001:db8::1\"", parse: { IPAddress($0) }, format: \.description)
    }
}

extension TextForm where Value == ListenAddress {
    static var listener: Self {
        Self(
            "transport:address:port, such as \"udp:0.0.0.0:5060\"", parse: { ListenAddress($0) }, format: \.description,
            intent: { text in
                let candidates = ["udp:\(text)", "udp:0.0.0.0:\(text)", "\(text):5060", text.lowercased()]
                return candidates.lazy.compactMap { ListenAddress($0) }.first?.description
            })
    }
}

extension TextForm where Value == PortRange {
    static var portRange: Self {
        Self(
            "two ports with a hyphen, such as \"16384-32767\"",
            parse: { text in
                let ends = text.split(separator: "-", omittingEmptySubsequences: false)
                guard ends.count == 2, let low = UInt16(ends[0]), let high = UInt16(ends[1]) else { return nil }
                return PortRange(low: low, high: high)
            }, format: { "\($0.low)-\($0.high)" })
    }
}

extension TextForm where Value == UnixPrincipal {
    static var principal: Self {
        Self(
            "a Unix user, or a group with @ in front, such as \"root\" or \"@adm\"", parse: { UnixPrincipal($0) },
            format: \.description)
    }
}

extension TextForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var choice: Self {
        let words = Value.allCases.map(\.rawValue)
        return Self(
            "one of \(words.joined(separator: ", "))", parse: { Value(rawValue: $0) }, format: \.rawValue,
            intent: { suggestion(for: $0, among: words) })
    }
}

/// What an extension or group may be numbered: digits in practice; `*` and `#` belong to feature codes.
func isDialableNumber(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "+") }
}

private func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
}
