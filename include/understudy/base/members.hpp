// All members of a struct, one after the other, without a list of them anywhere: whoever adds a member need
// not think of what saves, loads and compares the struct. Of an aggregate the compiler counts them itself. A
// class with a constructor or private members says how many it has, as `kMembers`, and has Members as a
// friend; a wrong number does not compile.
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace understudy {

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

class Members {
public:
    template <typename T>
    static consteval std::size_t count() {
        if constexpr (requires { T::kMembers; }) {
            return T::kMembers;
        } else {
            static_assert(std::is_aggregate_v<T>, "say with kMembers how many members this class has");
            return counted<T, 0>();
        }
    }

    // with(first, second, …): all members by reference.
    template <typename T, typename With>
    static constexpr decltype(auto) visit(T& value, With&& with) {
        return row(Count<count<std::remove_const_t<T>>()>{}, value, with);
    }

private:
    // Stands for a value of any type. An optional takes it as what it holds.
    struct Any {
        template <typename T>
            requires(!kIsOptional<T>)
        operator T() const noexcept;  // NOLINT(*-explicit-*): an initializer has to convert
    };
    template <std::size_t>
    using AnyAt = Any;

    template <typename T, std::size_t... I>
    static consteval bool takes(std::index_sequence<I...>) {
        return requires { T{AnyAt<I>{}...}; };
    }
    // How many initializers it takes. With too few it may lack one for a member that needs it.
    template <typename T, std::size_t N>
    static consteval std::size_t counted() {
        if constexpr (takes<T>(std::make_index_sequence<N + 1>{})) {
            return counted<T, N + 1>();
        } else if constexpr (takes<T>(std::make_index_sequence<N>{})) {
            return N;
        } else {
            static_assert(N < 100, "not a struct whose members can be counted");
            return counted<T, N + 1>();
        }
    }

    // A row for each number, because the language has no other way to name them all (before C++26). A struct
    // that has outgrown them needs one more.
    template <std::size_t N>
    using Count = std::integral_constant<std::size_t, N>;

    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<0>, T&, With& with) {
        return with();
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<1>, T& value, With& with) {
        auto& [m1] = value;
        return with(m1);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<2>, T& value, With& with) {
        auto& [m1, m2] = value;
        return with(m1, m2);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<3>, T& value, With& with) {
        auto& [m1, m2, m3] = value;
        return with(m1, m2, m3);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<4>, T& value, With& with) {
        auto& [m1, m2, m3, m4] = value;
        return with(m1, m2, m3, m4);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<5>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5] = value;
        return with(m1, m2, m3, m4, m5);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<6>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6] = value;
        return with(m1, m2, m3, m4, m5, m6);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<7>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7] = value;
        return with(m1, m2, m3, m4, m5, m6, m7);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<8>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<9>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<10>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<11>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<12>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<13>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<14>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<15>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<16>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<17>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<18>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<19>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<20>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20] =
            value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19,
                    m20);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<21>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
               m21] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<22>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<23>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<24>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<25>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<26>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<27>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<28>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<29>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<30>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<31>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<32>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<33>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<34>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<35>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<36>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<37>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<38>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<39>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39] =
            value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<40>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39,
               m40] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<41>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<42>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<43>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<44>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<45>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<46>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<47>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<48>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<49>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<50>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<51>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<52>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<53>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<54>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<55>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<56>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<57>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                    m57);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<58>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58] =
            value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                    m57, m58);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<59>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58,
               m59] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                    m57, m58, m59);
    }
    template <typename T, typename With>
    static constexpr decltype(auto) row(Count<60>, T& value, With& with) {
        auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
               m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
               m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59,
               m60] = value;
        return with(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
                    m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                    m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                    m57, m58, m59, m60);
    }
};

}  // namespace understudy
