#include "understudy/base/archive.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>
#include <variant>

#include "understudy/base/time.hpp"

namespace understudy {
namespace {

enum class Colour : std::uint8_t { Red = 1, Green = 2, Blue = 7 };

struct Lamp {
    std::string name;
    Colour colour = Colour::Red;
    std::optional<int> height = std::nullopt;
    std::vector<std::int16_t> steps = {};
    std::variant<std::monostate, Instant, std::string> since = {};
    friend bool operator==(const Lamp&, const Lamp&) = default;
};
struct LongerLamp {
    Lamp lamp;
    bool lit = false;
};

class Closed {
public:
    explicit Closed(int value) : value_(value) {}
    [[nodiscard]] int value() const { return value_; }

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 1;
    int value_;
};

template <typename T>
std::vector<std::byte> octets_of(const T& value) {
    std::vector<std::byte> octets;
    ArchiveWriter out{octets};
    put(out, value);
    return octets;
}

template <typename T>
std::optional<ArchiveFault> fault_of(Bytes octets) {
    ArchiveReader in{octets};
    T value = blank<T>();
    take(in, value);
    return in.fault();
}

template <typename T>
T again(const T& value) {
    const std::vector<std::byte> octets = octets_of(value);
    ArchiveReader in{octets};
    T read = blank<T>();
    take(in, read);
    EXPECT_FALSE(in.failed());
    EXPECT_TRUE(in.rest().empty());
    return read;
}

std::vector<std::byte> raw(std::initializer_list<int> numbers) {
    std::vector<std::byte> octets;
    for (const int number : numbers) octets.push_back(static_cast<std::byte>(number));
    return octets;
}

TEST(Archive, ReadsNumbersOfEverySizeAsTheyWereWritten) {
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128},
                                       std::numeric_limits<std::uint64_t>::max()})
        EXPECT_EQ(again(number), number);
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{64}, std::numeric_limits<std::int64_t>::min(),
          std::numeric_limits<std::int64_t>::max()})
        EXPECT_EQ(again(number), number);
}

TEST(Archive, NeedsOneOctetForASmallNumber) {
    EXPECT_EQ(octets_of(std::uint32_t{127}).size(), 1u);
    EXPECT_EQ(octets_of(-1).size(), 1u);
}

TEST(Archive, ReadsAStructAsItWasWritten) {
    const Lamp lamp{"door", Colour::Blue, -3, {1, -2, 300}, Instant{seconds{5}}};
    EXPECT_EQ(again(lamp), lamp);
    EXPECT_EQ(again(Lamp{}), Lamp{});
}

TEST(Archive, ReadsAClassThatTellsHowManyMembersItHas) { EXPECT_EQ(again(Closed{42}).value(), 42); }

TEST(Archive, WritesEqualMapsAlikeInWhateverOrderTheyWereFilled) {
    std::unordered_map<int, std::string> one;
    std::unordered_map<int, std::string> other;
    for (int i = 0; i < 100; ++i) one[i] = "x";
    for (int i = 99; i >= 0; --i) other[i] = "x";
    EXPECT_EQ(octets_of(one), octets_of(other));
    EXPECT_EQ(again(one), one);
}

TEST(Archive, RefusesANumberThatItsTypeDoesNotHave) {
    EXPECT_EQ(fault_of<std::uint8_t>(octets_of(std::uint16_t{256})), ArchiveFault::OutOfRange);
    EXPECT_EQ(fault_of<std::int8_t>(octets_of(-129)), ArchiveFault::OutOfRange);
    EXPECT_EQ(fault_of<bool>(octets_of(std::uint8_t{2})), ArchiveFault::OutOfRange);
    EXPECT_EQ(fault_of<std::uint64_t>(raw({255, 255, 255, 255, 255, 255, 255, 255, 255, 2})),
              ArchiveFault::OutOfRange);
}

TEST(Archive, RefusesAnEnumeratorThatHasNoName) {
    EXPECT_EQ(fault_of<Colour>(raw({2})), std::nullopt);
    EXPECT_EQ(fault_of<Colour>(raw({0})), ArchiveFault::NoSuchChoice);
    EXPECT_EQ(fault_of<Colour>(raw({3})), ArchiveFault::NoSuchChoice);
    EXPECT_EQ(fault_of<Colour>(raw({200, 1})), ArchiveFault::NoSuchChoice);
}

TEST(Archive, RefusesAnAlternativeThatTheVariantDoesNotHave) {
    using Either = std::variant<std::monostate, int>;
    EXPECT_EQ(fault_of<Either>(raw({0})), std::nullopt);
    EXPECT_EQ(fault_of<Either>(raw({2})), ArchiveFault::NoSuchChoice);
}

TEST(Archive, RefusesWhatIsCutShortAtAnyPlace) {
    const std::vector<std::byte> whole =
        octets_of(Lamp{"door", Colour::Green, 200, {1, 2, 3}, std::string{"noon"}});
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(fault_of<Lamp>(Bytes{whole}.first(size)), ArchiveFault::CutShort) << size;
}

TEST(Archive, AsksForNoMemoryThatTheInputCouldNotFill) {
    EXPECT_EQ(fault_of<std::vector<Lamp>>(raw({255, 255, 255, 255, 15, 1})), ArchiveFault::CutShort);
    EXPECT_EQ(fault_of<std::string>(raw({255, 255, 255, 255, 15, 1})), ArchiveFault::CutShort);
}

TEST(Archive, HasAnotherShapeForAnotherStruct) {
    EXPECT_EQ(shape<Lamp>(), shape<Lamp>());
    EXPECT_NE(shape<Lamp>(), shape<LongerLamp>());
    EXPECT_NE(shape<std::vector<int>>(), shape<std::vector<unsigned>>());
    EXPECT_NE(shape<std::optional<int>>(), shape<int>());
}

TEST(Archive, HasAnotherDigestForAnyOtherOctet) {
    std::vector<std::byte> octets(100);
    const std::uint64_t before = digest(octets);
    for (std::byte& octet : octets) {
        octet = std::byte{1};
        EXPECT_NE(digest(octets), before);
        octet = std::byte{0};
    }
    EXPECT_NE(digest(Bytes{octets}.first(99)), before);
}

TEST(Names, AreThoseOfTheSources) {
    EXPECT_EQ(name_of(Colour::Blue), "Blue");
    EXPECT_EQ(name_of(static_cast<Colour>(3)), "");
    EXPECT_EQ(type_name<Lamp>(), "Lamp");
    EXPECT_EQ(type_name<std::vector<Lamp>>(), "vector");
}

}  // namespace
}  // namespace understudy
