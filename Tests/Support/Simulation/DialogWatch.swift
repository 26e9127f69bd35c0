import SIPGrammar

/// Watches one host's messages for what is sent in a dialog that is over: a new request after its BYE was confirmed,
/// from either side.
struct DialogWatch {
    /// A dialog as its owner knows it: Call-ID and own tag.
    private struct Key: Hashable {
        var sipCallID: String
        var localTag: String
    }

    /// Dialogs that ended longer ago than this many others are forgotten.
    private static let endedMax = 5_000

    private var ended: Set<Key> = []
    private var order: [Key] = []
    /// Branches that were sent before their dialog ended: they may be repeated.
    private var branches: [Key: Set<[UInt8]>] = [:]
    private var violations: [String] = []

    mutating func transmitted(_ message: SIPMessage) {
        if message.isRequest {
            requestSent(message)
        } else if message.method == .bye, (200..<300).contains(message.status) {
            end(key(message, tag: message.toTag))
        }
    }

    mutating func received(_ message: SIPMessage) {
        guard message.isResponse, message.method == .bye, message.status >= 200, message.status != 401,
            message.status != 407
        else { return }
        end(key(message, tag: message.fromTag))
    }

    mutating func takeViolations() -> [String] {
        defer { violations.removeAll() }
        return violations
    }

    private mutating func requestSent(_ message: SIPMessage) {
        guard message.toTag != nil, message.method != .ack, message.method != .cancel,
            let key = key(message, tag: message.fromTag)
        else { return }
        let branch = message.topViaBranch.map(Array.init) ?? []
        if ended.contains(key) {
            guard branches[key]?.contains(branch) != true else { return }
            violations.append("\(message.method.name) sent in dialog \(key.sipCallID), which is over")
        }
        branches[key, default: []].insert(branch)
    }

    private mutating func end(_ key: Key?) {
        guard let key, ended.insert(key).inserted else { return }
        order.append(key)
        guard order.count > Self.endedMax else { return }
        for old in order.prefix(Self.endedMax / 2) {
            ended.remove(old)
            branches[old] = nil
        }
        order.removeFirst(Self.endedMax / 2)
    }

    private func key(_ message: SIPMessage, tag: ArraySlice<UInt8>?) -> Key? {
        guard let tag, let sipCallID = message.callIDBytes else { return nil }
        return Key(sipCallID: String(decoding: sipCallID), localTag: String(decoding: tag))
    }
}
