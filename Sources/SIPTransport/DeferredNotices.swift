import NIOCore
import SIPGrammar

/// Bad news for the delegate, told in a turn of its own: most of it is found while the delegate's owner is in the
/// middle of sending, and must not be re-entered.
final class DeferredNotices {
    enum Kind { case closed, failed }

    let delegate: any SIPTransportDelegate
    private let loop: any EventLoop
    private var waiting: [(kind: Kind, flow: Flow, reason: String)] = []

    init(loop: any EventLoop, delegate: any SIPTransportDelegate) {
        self.loop = loop
        self.delegate = delegate
    }

    func post(_ kind: Kind, _ flow: Flow, _ reason: String) {
        waiting.append((kind, flow, reason))
        if waiting.count == 1 { loop.assumeIsolated().execute { self.deliver() } }
    }

    private func deliver() {
        let batch = waiting
        waiting = []
        for notice in batch {
            switch notice.kind {
            case .closed: delegate.closed(notice.flow, reason: notice.reason)
            case .failed: delegate.failed(notice.flow, reason: notice.reason)
            }
        }
        delegate.turnEnded()
    }
}
