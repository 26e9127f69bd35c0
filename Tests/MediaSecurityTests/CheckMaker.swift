import MediaControl
import PBXBase
import RTPGrammar

@testable import MediaSecurity

/// Connectivity checks as a browser sends them.
struct CheckMaker {
    var username: String?
    var password: String
    var priority: UInt32? = 100
    var usesCandidate = false
    /// nil: no role at all.
    var isControlling: Bool? = true
    var unknownAttribute: UInt16?
    var hasIntegrity = true
    var hasFingerprint = true
    var kind = STUNMessage.Kind.request

    init(to plan: ICEPlan, from remoteFragment: String = "peer") {
        username = "\(plan.local.usernameFragment):\(remoteFragment)"
        password = plan.local.password
    }

    func bytes(transaction: STUNTransactionID = .init(high: 1, low: 2)) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        let count: Int = {
            var bytes = buffer.mutableSpan
            var writer = STUNWriter(kind, transaction: transaction, into: &bytes)
            if let username { writer.appendUsername(Array(username.utf8).span, into: &bytes) }
            if let priority { writer.appendPriority(priority, into: &bytes) }
            if let isControlling { writer.appendRole(isControlling: isControlling, tieBreaker: 7, into: &bytes) }
            if usesCandidate { writer.appendUseCandidate(into: &bytes) }
            if let unknownAttribute { writer.appendUnknownKind(unknownAttribute, into: &bytes) }
            if hasIntegrity {
                let covered = writer.count
                let place = writer.appendMessageIntegrity(into: &bytes)
                var tag = [UInt8](repeating: 0, count: HMACSHA1.tagBytes)
                let message = (0..<covered).map { bytes[$0] }
                message.withUnsafeBytes { HMACSHA1(key: Array(password.utf8)).authenticate($0, into: &tag) }
                for index in tag.indices { bytes[place + index] = tag[index] }
            }
            if hasFingerprint { writer.appendFingerprint(into: &bytes) }
            return writer.count
        }()
        return Array(buffer.prefix(count))
    }
}

extension STUNWriter {
    /// An attribute without a value that nobody knows: what UNKNOWN-ATTRIBUTES carries, out of place.
    fileprivate mutating func appendUnknownKind(_ type: UInt16, into bytes: inout MutableSpan<UInt8>) {
        let start = count
        appendUseCandidate(into: &bytes)
        bytes[start] = UInt8(type >> 8)
        bytes[start + 1] = UInt8(type & 0xFF)
    }
}
