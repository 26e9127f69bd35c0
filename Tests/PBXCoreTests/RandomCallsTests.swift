import Glibc
import PBXBase
import PBXModel
import Simulation
import Testing

/// Offices full of phones that call each other at random, while invariants are checked after every step.
///
/// A few thousand calls run by default. `PBX_SIM_CALLS=1000000 swift test --filter RandomCalls` is the long run;
/// `PBX_SIM_SEED=n` repeats the world that a failure named.
@Suite struct RandomCallsTests {
    private static let seed = number("PBX_SIM_SEED")
    private static let callCount = number("PBX_SIM_CALLS").map { Int(clamping: $0) } ?? 2_000

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }

    /// One world per hundred calls, or the one world that was asked for.
    private static var seeds: [UInt64] {
        if let seed { return [seed] }
        return (1...UInt64(max(2, callCount / 100))).map { $0 }
    }

    private static func quality(_ seed: UInt64) -> PathQuality {
        switch seed % 4 {
        case 0: .good
        case 1, 2: .poor
        default:
            {
                var quality = PathQuality.poor
                quality.lostPerMille = 150
                return quality
            }()
        }
    }

    @Test(arguments: seeds)
    func `every call ends, is recorded once and leaves nothing behind`(seed: UInt64) {
        var habits = PhoneHabits()
        habits.offersLatePerMille = 50
        let company = SimulatedCompany(seed: seed, quality: Self.quality(seed), habits: habits)
        let worlds = Self.seed == nil ? Self.seeds.count : 1
        company.run(calls: max(1, Self.callCount / worlds))
        company.close()
        #expect(company.world.violations.isEmpty, "\(company.report)")
        #expect(company.exchange.callsEndedCount > 0)
        #expect(company.operationCount > 0)
    }
}
