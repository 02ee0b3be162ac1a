#include "expression/fuel.h"

#include <string>

namespace millrace {

Error Fuel::exhausted() const {
  if (bytes_ran_out_) {
    return {ErrorKind::exhausted, "this makes values of more than " +
                                      std::to_string(limits_.bytes) +
                                      " bytes in all, the limit of a step"};
  }
  return {ErrorKind::exhausted, "this takes more than " + std::to_string(limits_.operations) +
                                    " operations, the limit of a step"};
}

}  // namespace millrace
