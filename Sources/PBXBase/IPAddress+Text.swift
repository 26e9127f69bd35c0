extension IPAddress: CustomStringConvertible {
    /// Parses `192.0.2.1` or `2001:db8::1` (RFC 4291 §2.2; brackets and zone are refused).
    package init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// The same for a whole string, as hosts of URIs are: a version 4 address is read where it stands.
    package init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            self.init(ascii: Array(text.utf8)[...])
        } else {
            guard let value = Self.ipv4Value(text.utf8) else { return nil }
            self.init(ipv4: value)
        }
    }

    /// Parses the same from bytes.
    package init?(ascii text: ArraySlice<UInt8>) {
        guard text.count <= 45 else { return nil }
        if text.contains(UInt8(ascii: ":")) {
            guard let groups = Self.ipv6Groups(text) else { return nil }
            let high = groups[0..<4].reduce(0) { $0 << 16 | UInt64($1) }
            let low = groups[4..<8].reduce(0) { $0 << 16 | UInt64($1) }
            self.init(ipv6High: high, low: low)
        } else {
            guard let value = Self.ipv4Value(text) else { return nil }
            self.init(ipv4: value)
        }
    }

    private static func ipv4Value(_ text: some Sequence<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        var dots = 0
        var octet: UInt32 = 0
        var digits = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | octet
                dots += 1
                octet = 0
                digits = 0
            } else {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digits < 3 else { return nil }
                octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
                guard octet <= 255 else { return nil }
                digits += 1
            }
        }
        return dots == 3 && digits > 0 ? value << 8 | octet : nil
    }

    private static func ipv6Groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        var before: [UInt16] = []
        var after: [UInt16] = []
        var gapSeen = false
        var rest = text
        if rest.starts(with: [colon, colon]) {
            gapSeen = true
            rest = rest.dropFirst(2)
        } else if rest.first == colon {
            return nil
        }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: colon) ?? rest.endIndex
            let part = rest[rest.startIndex..<end]
            var groups: [UInt16] = []
            if part.contains(UInt8(ascii: ".")) {
                guard end == rest.endIndex, let value = ipv4Value(part) else { return nil }
                groups = [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
            } else {
                guard (1...4).contains(part.count) else { return nil }
                var group: UInt16 = 0
                for byte in part {
                    guard let digit = hexadecimalValue(byte) else { return nil }
                    group = group << 4 | UInt16(digit)
                }
                groups = [group]
            }
            if gapSeen { after += groups } else { before += groups }
            guard before.count + after.count <= 8 else { return nil }
            guard end < rest.endIndex else { break }
            rest = rest[(end + 1)...]
            if rest.first == colon {
                guard !gapSeen else { return nil }
                gapSeen = true
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let missing = 8 - before.count - after.count
        guard gapSeen ? missing >= 1 : missing == 0 else { return nil }
        return before + [UInt16](repeating: 0, count: missing) + after
    }

    /// The canonical text (RFC 5952 for version 6), without brackets.
    package var description: String {
        guard isIPv6 else { return ipv4Text }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 & 3))) }
        var gap = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, gap.count) { gap = start..<end }
            start = max(end, start + 1)
        }
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        if gap.isEmpty { return text(groups[...]) }
        return text(groups[..<gap.lowerBound]) + "::" + text(groups[gap.upperBound...])
    }

    /// Stands in every response and every session description, so it is made without strings in between.
    private var ipv4Text: String {
        unsafe String(unsafeUninitializedCapacity: 15) { buffer in
            var count = 0
            for index in 0..<4 {
                let octet = UInt8(truncatingIfNeeded: ipv4 >> UInt32(24 - 8 * index))
                let digits = octet >= 100 ? 3 : octet >= 10 ? 2 : 1
                if index > 0 {
                    unsafe buffer[count] = UInt8(ascii: ".")
                    count += 1
                }
                var rest = octet
                for position in (count..<count + digits).reversed() {
                    unsafe buffer[position] = UInt8(ascii: "0") + rest % 10
                    rest /= 10
                }
                count += digits
            }
            return count
        }
    }

    /// As a host in a URI, Via or `host:port` text: version 6 in brackets.
    package var hostText: String { isIPv6 ? "[\(description)]" : description }
}

extension Endpoint: CustomStringConvertible {
    /// `192.0.2.1:5060` or `[2001:db8::1]:5060`.
    package var description: String { "\(address.hostText):\(port)" }

    /// Parses the same; nil when the port is missing or out of range.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.indices.last(where: { text[$0] == ":" }) else { return nil }
        guard let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard let address = IPAddress(host) else { return nil }
        self.init(address, port: port)
    }
}
