import ControlProtocol
import Logging
import NIOCore
import PBXModel

// Users and their own extensions.
extension Daemon {
    /// The extension of a Unix user; nil when it has none.
    func ownExtension(of peer: ControlPeer) async -> Extension? {
        await exchange.directory.extensions.values.filter { $0.unixUser == peer.name }.min { $0.number < $1.number }
    }

    /// Changes a setting for a peer that may do so, and returns once it is stored.
    /// - Parameter number: nil: the peer's own extension.
    func change(
        _ change: UserSettingsChange, of number: String?, for peer: ControlPeer
    ) async throws -> UserSettings {
        let number = try await settableExtension(number, for: peer)
        do {
            let (settings, stored) = try await exchange.change(change, of: number)
            try await stored.get()
            logger.info("\(change.words) for \(number) by command of \(peer.name)")
            return settings
        } catch let refusal as UserSettingsRefusal {
            throw ControlFailure(refusal, number: number)
        }
    }

    /// The extension whose settings are meant, if the peer may change them.
    private func settableExtension(_ number: String?, for peer: ControlPeer) async throws(ControlFailure) -> String {
        let own = await ownExtension(of: peer)?.number
        guard let wanted = number ?? own else {
            throw .noOwnExtension(of: peer)
        }
        guard wanted == own || peer.role >= .supervisor else {
            throw ControlFailure(
                .roleMissing,
                "settings of extension \(wanted) need the role supervisor, you have \(peer.role.rawValue)",
                hint: own.map { "yours is extension \($0)" }
                    ?? "set unix-user = \"\(peer.name)\" in the [extensions] table of your own")
        }
        return wanted
    }
}

extension UserSettingsChange {
    /// For the log.
    fileprivate var words: String {
        switch self {
        case .doNotDisturb(let isOn): "do not disturb \(isOn ? "on" : "off")"
        case .forwarding(let target): target.map { "forwarding to \($0)" } ?? "no forwarding"
        case .presence: "presence"
        }
    }
}

extension ControlFailure {
    static func noOwnExtension(of peer: ControlPeer) -> ControlFailure {
        ControlFailure(
            .noOwnExtension, "user \"\(peer.name)\" has no extension of his own",
            hint: "set unix-user = \"\(peer.name)\" in its [extensions] table")
    }

    init(_ refusal: UserSettingsRefusal, number: String) {
        switch refusal {
        case .noSuchExtension: self = .noSuchExtension(number)
        case .leadsNowhere(let target, let cause):
            self.init(
                Code(cause), "calls of \(number) cannot be forwarded to \"\(target)\": \(cause.row.phrase)",
                hint: "look at \"pbxctl explain \(number) \(target)\"")
        case .notALine(let bytesMax):
            self.init(.badParameter, "not one line of at most \(bytesMax) bytes", hint: "shorten it")
        }
    }
}
