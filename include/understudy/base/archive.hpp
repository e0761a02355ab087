// Plain values as octets and back: what a snapshot and a recording are made of. There is no description of
// any struct: its members are found by base/members.hpp, so saving, loading and the shape below always agree.
// Numbers have as many octets as they need. Reading takes any octets whatsoever: it ends with a value or with
// a named fault, and never asks for more memory than the input can fill.
//
// shape<T>() is a number that changes whenever a struct gets another member, a variant another alternative or
// an enumeration another name. It stands at the head of everything that is kept, so that what another version
// wrote is refused and never misread. It is the same from every compiler.
//
// A type with an invariant of its own has a specialization of Archived, or the members save(), load() and
// shape().
#pragma once

#include "understudy/base/archive_core.hpp"
#include "understudy/base/archive_types.hpp"
