package import PBXBase

/// The SIP dialogs of each call, live or ended: messages on the wire name a dialog (by its Call-ID), people a call.
///
/// Holds the calls that began last, as many as a trace can hold messages of; the oldest goes for a new one.
package struct DialogIndex: Sendable {
    package struct Dialog: Hashable, Sendable {
        package var sipCallID: String
        package var role: CallLeg.Role
        package var number: String
        package var name: String

        package init(sipCallID: String, role: CallLeg.Role, number: String, name: String) {
            self.sipCallID = sipCallID
            self.role = role
            self.number = number
            self.name = name
        }
    }

    package static let callsMax = 8_192
    /// Phones of one call, those included that rang for it in vain.
    package static let dialogsPerCallMax = 256

    private var dialogsOfCall: [CallID: [Dialog]] = [:]
    /// The calls in the order in which they came, as a ring once it is full.
    private var calls: [CallID] = []
    private var oldest = 0

    package init() {}

    /// In the order in which they began; empty for a call that is not known any more.
    package subscript(call: CallID) -> [Dialog] { dialogsOfCall[call] ?? [] }

    /// A leg that comes back into a call, or stands for one that does, is known already.
    package mutating func add(_ dialog: Dialog, to call: CallID) {
        if dialogsOfCall[call] == nil { remember(call) }
        guard !isFull(call), !self[call].contains(where: { $0.sipCallID == dialog.sipCallID }) else { return }
        dialogsOfCall[call, default: []].append(dialog)
    }

    private func isFull(_ call: CallID) -> Bool { self[call].count >= Self.dialogsPerCallMax }

    private mutating func remember(_ call: CallID) {
        guard calls.count == Self.callsMax else { return calls.append(call) }
        dialogsOfCall[calls[oldest]] = nil
        calls[oldest] = call
        oldest = (oldest + 1) % Self.callsMax
    }
}

extension DialogIndex.Dialog {
    init(_ leg: CallLeg) {
        self.init(sipCallID: leg.sipCallID, role: leg.role, number: leg.number, name: leg.displayName)
    }
}
