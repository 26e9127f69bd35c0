package import PBXModel

/// Decides where a dialled number leads: pure, so that `pbxctl explain` runs the very function that a call does.
package struct DialPlan {
    private let directory: Directory
    private let settings: UserSettingsTable

    /// How often extensions may forward one call to each other.
    package static let forwardingsMax = 5

    package init(directory: Directory, settings: UserSettingsTable) {
        self.directory = directory
        self.settings = settings
    }

    /// - Parameters:
    ///   - dialled: the user part of the request URI, as the phone sent it.
    ///   - caller: the authenticated extension.
    package func decide(dialled: String, caller: String) -> RouteDecision {
        var steps = [RouteStep("\"\(caller)\" dialled \"\(dialled)\"", origin: directory.extensions[caller]?.origin)]
        var decision = Decision(caller: caller)
        let destination = decision.destination(of: dialled, self, &steps)
        return RouteDecision(destination: destination, steps: steps)
    }

    /// Why calls of the extension cannot be forwarded there; nil when they can. Other users' forwarding may still lead
    /// the call on, or nowhere.
    package func obstacle(toForwarding number: String, to target: String) -> ReleaseCause? {
        guard number != target else { return .redirectRefused }
        // Neither what it has set now nor who is away at this moment is of any account.
        let plan = DialPlan(directory: directory, settings: UserSettingsTable())
        return Self.obstacle(plan.decide(dialled: target, caller: number).destination)
    }

    private static func obstacle(_ destination: Destination) -> ReleaseCause? {
        switch destination {
        case .extensionNumber, .ringGroup, .conference, .faxBox, .echoTest, .speakingClock: nil
        case .release(let cause): cause
        case .park, .parkSlot, .pickUp, .pickUpInGroup, .changeSettings, .intercom: .forbidden
        }
    }

    /// One decision while it is being made.
    private struct Decision {
        /// Who dialled, at first.
        let caller: String
        /// Extensions whose forwarding was followed.
        private var forwarded: [String] = []

        init(caller: String) { self.caller = caller }

        mutating func destination(of dialled: String, _ plan: DialPlan, _ steps: inout [RouteStep]) -> Destination {
            let directory = plan.directory
            if let target = directory.extensions[dialled] { return reach(target, plan, &steps) }
            if let group = directory.ringGroups[dialled] { return ring(group, plan, &steps) }
            if let conference = directory.conferences[dialled] {
                steps.append(
                    RouteStep("\"\(dialled)\" is conference \"\(conference.displayName)\"", origin: conference.origin))
                return .conference(dialled)
            }
            if let box = directory.faxBoxes[dialled] {
                steps.append(RouteStep("\"\(dialled)\" is fax box \"\(box.displayName)\"", origin: box.origin))
                return .faxBox(box)
            }
            if directory.parking.slots.contains(dialled) {
                steps.append(RouteStep("\"\(dialled)\" is a parking slot", origin: directory.parking.origin))
                return .parkSlot(dialled)
            }
            if let destination = feature(dialled, plan, &steps) { return destination }
            steps.append(
                RouteStep("no extension, ring group, conference, fax box or feature code has the number \"\(dialled)\"")
            )
            return .release(.notFound)
        }

        private func feature(_ dialled: String, _ plan: DialPlan, _ steps: inout [RouteStep]) -> Destination? {
            let directory = plan.directory
            if let feature = FeatureCode.all.first(where: { $0.code == dialled }) {
                steps.append(RouteStep("\"\(dialled)\" is a feature code: \(feature.summary)"))
                return feature.destination
            }
            if let target = number(of: dialled, behind: FeatureCode.forwardPrefix) {
                steps.append(RouteStep("\"\(dialled)\" forwards the caller's calls to \"\(target)\""))
                return .changeSettings(.forwarding(to: target))
            }
            if let target = number(of: dialled, behind: FeatureCode.pickUpPrefix).flatMap({ directory.extensions[$0] })
            {
                steps.append(
                    RouteStep("\"\(dialled)\" picks up what rings at \"\(target.displayName)\"", origin: target.origin))
                return .pickUp(target.number)
            }
            if let target = number(of: dialled, behind: FeatureCode.intercomPrefix).flatMap({ directory.extensions[$0] }
            ) {
                return speak(to: target, plan, &steps)
            }
            return nil
        }

        /// To the phones of the extension itself, wherever it forwards its calls.
        private func speak(to target: Extension, _ plan: DialPlan, _ steps: inout [RouteStep]) -> Destination {
            steps.append(
                RouteStep("the phones of \"\(target.displayName)\" are asked to answer at once", origin: target.origin))
            guard plan.settings[target.number].doNotDisturb else { return .intercom(target.number) }
            steps.append(RouteStep("\"\(target.number)\" does not want to be disturbed"))
            return .release(.doNotDisturb)
        }

        private func number(of dialled: String, behind prefix: String) -> String? {
            guard dialled.hasPrefix(prefix), dialled != prefix else { return nil }
            return String(dialled.dropFirst(prefix.count))
        }

        /// What its user has set comes before its phones; forwarding before peace, as nobody is disturbed by it.
        private mutating func reach(
            _ target: Extension, _ plan: DialPlan, _ steps: inout [RouteStep]
        ) -> Destination {
            let number = target.number
            steps.append(RouteStep("\"\(number)\" is extension \"\(target.displayName)\"", origin: target.origin))
            let own = plan.settings[number]
            if let next = own.forwardsTo {
                // Who takes somebody's calls must be able to reach him.
                guard next != caller || !forwarded.isEmpty else {
                    steps.append(RouteStep("\"\(number)\" forwards all calls to the caller, who is put through"))
                    return .extensionNumber(number)
                }
                forwarded.append(number)
                steps.append(RouteStep("\"\(number)\" forwards all calls to \"\(next)\""))
                guard !forwarded.contains(next), forwarded.count <= DialPlan.forwardingsMax else {
                    steps.append(RouteStep("\"\(next)\" sends the call round in a circle, or too far"))
                    return .release(.redirectRefused)
                }
                let destination = destination(of: next, plan, &steps)
                // The number may have become another thing since it was set.
                return DialPlan.obstacle(destination).map(Destination.release) ?? destination
            }
            if own.doNotDisturb {
                steps.append(RouteStep("\"\(number)\" does not want to be disturbed"))
                return .release(.doNotDisturb)
            }
            return .extensionNumber(number)
        }

        private func ring(_ group: RingGroup, _ plan: DialPlan, _ steps: inout [RouteStep]) -> Destination {
            let members = group.members.joined(separator: ", ")
            steps.append(
                RouteStep(
                    "\"\(group.number)\" is ring group \"\(group.displayName)\" of \(members)", origin: group.origin))
            for member in group.members where plan.settings[member].doNotDisturb {
                steps.append(RouteStep("\"\(member)\" is left out: it does not want to be disturbed"))
            }
            return .ringGroup(group.number)
        }
    }
}
