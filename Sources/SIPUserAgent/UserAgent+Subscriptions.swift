package import PBXBase
package import SIPDialog
import SIPGrammar
package import SIPTransaction

// Subscriptions of ours: their machines (`OutboundSubscription`) and dialogs are the layers' above.
extension UserAgent {
    /// Sends a SUBSCRIBE in the subscription's dialog; its responses come as `responseReceived` and `requestFailed`,
    /// and NOTIFY with the dialog's tag as `requestReceived` until `forgetSubscription`.
    package mutating func subscribe(
        in dialog: inout Dialog, headers: [SessionRefusal.Header], now: Instant,
        into effects: inout [UserAgentEffect]
    ) -> ClientTransactionID {
        subscriptionTags.insert(dialog.localTag)
        let sequence = dialog.nextSequence()
        let branch = newBranch()
        let via = addressTexts.via(for: dialog.flow, branch: branch, settings: settings)
        var builder = dialog.request(.subscribe, sequence: sequence, via: via)
        builder.add(.contact, contact(for: dialog.flow))
        for header in headers { builder.add(header.name, header.value) }
        if let product = settings.productName { builder.add(.userAgent, product) }
        let transaction = transactions.request(
            method: .subscribe, branch: branch, bytes: builder.finish(), flow: dialog.flow, now: now,
            into: &transactionEffects)
        purposes[transaction] = .request
        settle(now: now, into: &effects)
        return transaction
    }

    /// NOTIFY in this dialog is refused (481) from now on, which ends a subscription that the notifier still has.
    package mutating func forgetSubscription(tag: String) { subscriptionTags.remove(tag) }
}
