/// The version that every program of PBX-X states; `debian/changelog` carries the same one.
package enum ProductVersion {
    package static let text = "0.1.0"
}
