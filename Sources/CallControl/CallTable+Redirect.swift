import MediaControl
import PBXBase
import PBXModel
import Routing
import SIPGrammar
import SIPUserAgent

// A phone that answers an INVITE with 3xx names others to call in its place (RFC 3261 §8.1.3.4): its owner forwards
// calls at the phone. That is followed to numbers of this exchange, by the dial plan and with the rights of who called,
// so that nobody reaches by way of somebody's phone what it may not dial. Each number is called once per call, which
// ends every loop.
extension CallTable {
    /// How often phones may send one call on.
    static let redirectsMax = 5
    /// How many of the contacts of one response are looked at.
    private static let redirectContactsMax = 4

    mutating func phoneRedirected(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        // Whom a phone names in its place has not been told to answer at once.
        let isFollowed = call.redirectCount < Self.redirectsMax && !call.isAskedToAnswer
        let numbers = isFollowed ? numbers(in: response, from: leg, call, context) : []
        for number in numbers where follow(number, call, leg, context, into: &effects) { return }
        let place = response.text(.contact) ?? "nowhere"
        let text = "phone \(leg.number) forwards the call to where it may not go (\(place))"
        effects.append(.note(Note(.info, text, call: call.id, source: leg.flow.remote)))
        calleeFailed(call, leg, status: response.status, .redirectRefused, context, into: &effects)
    }

    /// Calls the number in place of the phone that named it; false when there is no phone to call.
    private mutating func follow(
        _ number: String, _ call: Call, _ leg: CallLeg, _ context: CallContext, into effects: inout [CallEffect]
    ) -> Bool {
        let decision = DialPlan(directory: call.directory, settings: context.settings).decide(
            dialled: number, caller: call.caller.number)
        guard let (numbers, ringSeconds) = phones(of: decision.destination, call, context) else { return false }
        let targets = reachable(numbers.filter { !call.numbersRung.contains($0) }, for: call, context).targets
        guard !targets.isEmpty else { return false }
        call.redirectCount += 1
        call.numbersRung.formUnion(numbers)
        call.addStep("phone of \(leg.number) forwards to \"\(number)\"")
        for step in decision.steps.dropFirst() { call.addStep(step.description) }
        leg.state = .ended
        drop(leg, of: call)
        if call.earlyMediaLeg == leg.id { call.earlyMediaLeg = nil }
        if call.caller.state != .established, call.earlyMediaLeg == nil {
            effects.append(.session(.ring(call.caller.id, status: 181, body: nil)))
        }
        call.ringDeadline = context.now.instant + .seconds(ringSeconds)
        fork(call, to: targets, context, into: &effects)
        return true
    }

    /// The numbers of this exchange among the contacts of a 3xx, most preferred first.
    private func numbers(
        in response: SIPMessage, from leg: CallLeg, _ call: Call, _ context: CallContext
    ) -> [String] {
        let contacts = ((try? response.contacts()) ?? []).prefix(Self.redirectContactsMax)
        return contacts.compactMap { contact in
            guard contact.uri.scheme == .sip || contact.uri.scheme == .sips, let number = contact.uri.user else {
                return nil
            }
            let host = contact.uri.host
            let isOurs =
                call.directory.domains.contains(host) || host == call.directory.realm
                || IPAddress(host) == leg.flow.local.address
            return isOurs || isPhone(contact.uri, of: number, context) ? number : nil
        }
    }

    /// Whether the address is that of a phone registered as this number.
    private func isPhone(_ uri: SIPURI, of number: String, _ context: CallContext) -> Bool {
        context.contacts.bindings(of: number).contains { binding in
            (try? SIPURI(binding.contact)).map { $0.host == uri.host && $0.port == uri.port } ?? false
        }
    }
}
