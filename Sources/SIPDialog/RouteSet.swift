package import SIPGrammar

/// The proxies between the peer and us that asked to stay on the path (RFC 3261 §12.1, §12.2.1.1).
package struct RouteSet: Sendable, Equatable {
    /// In the order in which our requests visit them.
    package let routes: [SIPNameAddress]

    package static let empty = RouteSet(routes: [])

    package init(routes: [SIPNameAddress]) { self.routes = routes }

    /// A UAS takes Record-Route as it stands, a UAC reversed.
    package init(recordRoutes: [SIPNameAddress], reversed: Bool) {
        routes = reversed ? recordRoutes.reversed() : recordRoutes
    }

    /// Where requests go first; nil when straight to the target.
    package var firstHop: SIPURI? { routes.first?.uri }

    private var startsWithStrictRouter: Bool {
        guard let first = routes.first else { return false }
        return !first.uri.isLooseRouter
    }

    /// The target, or the first route where that is a strict router (RFC 2543 style).
    package func requestURI(target: String) -> String {
        startsWithStrictRouter ? routes[0].uri.description : target
    }

    /// Route header values in order.
    package func headers(target: String) -> [String] {
        if routes.isEmpty { return [] }
        if startsWithStrictRouter { return routes.dropFirst().map(\.description) + ["<\(target)>"] }
        return routes.map(\.description)
    }
}
