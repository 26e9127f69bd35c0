package import PBXModel

/// Decides where a dialled number leads: pure, so that `pbxctl explain` runs the very function that a call does.
package struct DialPlan {
    private let directory: Directory

    package init(directory: Directory) { self.directory = directory }

    /// - Parameters:
    ///   - dialled: the user part of the request URI, as the phone sent it.
    ///   - caller: the authenticated extension.
    package func decide(dialled: String, caller: String) -> RouteDecision {
        var steps = [RouteStep("\"\(caller)\" dialled \"\(dialled)\"", origin: directory.extensions[caller]?.origin)]
        if let target = directory.extensions[dialled] {
            steps.append(RouteStep("\"\(dialled)\" is extension \"\(target.displayName)\"", origin: target.origin))
            return RouteDecision(destination: .extensionNumber(dialled), steps: steps)
        }
        if let group = directory.ringGroups[dialled] {
            let members = group.members.joined(separator: ", ")
            steps.append(
                RouteStep("\"\(dialled)\" is ring group \"\(group.displayName)\" of \(members)", origin: group.origin))
            return RouteDecision(destination: .ringGroup(dialled), steps: steps)
        }
        if let conference = directory.conferences[dialled] {
            steps.append(
                RouteStep("\"\(dialled)\" is conference \"\(conference.displayName)\"", origin: conference.origin))
            return RouteDecision(destination: .conference(dialled), steps: steps)
        }
        if let box = directory.faxBoxes[dialled] {
            steps.append(RouteStep("\"\(dialled)\" is fax box \"\(box.displayName)\"", origin: box.origin))
            return RouteDecision(destination: .faxBox(box), steps: steps)
        }
        if let feature = FeatureCode.all.first(where: { $0.code == dialled }) {
            steps.append(RouteStep("\"\(dialled)\" is a feature code: \(feature.summary)"))
            return RouteDecision(destination: feature.destination, steps: steps)
        }
        if directory.parking.slots.contains(dialled) {
            steps.append(RouteStep("\"\(dialled)\" is a parking slot", origin: directory.parking.origin))
            return RouteDecision(destination: .parkSlot(dialled), steps: steps)
        }
        if dialled.hasPrefix(FeatureCode.pickUpPrefix) {
            let number = String(dialled.dropFirst(FeatureCode.pickUpPrefix.count))
            if let target = directory.extensions[number] {
                steps.append(
                    RouteStep("\"\(dialled)\" picks up what rings at \"\(target.displayName)\"", origin: target.origin))
                return RouteDecision(destination: .pickUp(number), steps: steps)
            }
        }
        steps.append(
            RouteStep("no extension, ring group, conference, fax box or feature code has the number \"\(dialled)\""))
        return RouteDecision(destination: .release(.notFound), steps: steps)
    }
}
