// The one call through which Swift reaches GLPK.
//
// GLPK ends a process by `abort()` when an argument is bad or an inner check fails. It can be stopped from
// doing so only by a jump out of its error hook, and such a jump must not cross a Swift frame: what that
// frame retains would leak. So the whole life of a GLPK problem (build, solve, read, delete) lies within one
// C function here, and Swift sees nothing but plain arrays.

#ifndef CGLPKBRIDGE_H
#define CGLPKBRIDGE_H

#if defined(__cplusplus)
extern "C" {
#endif

/// A model in plain arrays, always to be minimised. Unbounded sides are infinities.
typedef struct glpkbridge_problem {
    int rows;
    int columns;
    int entries;
    double *row_lower;
    double *row_upper;
    double *column_lower;
    double *column_upper;
    double *column_cost;
    /// 1 for a column that must take an integer value, else 0.
    int *column_is_integer;
    /// Entries count from 1, as GLPK wants them: index 0 is not used, and rows and columns count from 1 too.
    int *entry_row;
    int *entry_column;
    double *entry_value;
    /// Filled by a solve: values of the columns and, for a linear model, the duals.
    double *column_value;
    double *column_dual;
    double *row_dual;
} glpkbridge_problem;

/// Where a bad call is planted, so that tests can see a fatal error survived.
enum glpkbridge_sabotage {
    GLPKBRIDGE_SABOTAGE_NONE = 0,
    GLPKBRIDGE_SABOTAGE_BUILD = 1,
    GLPKBRIDGE_SABOTAGE_BRANCHING = 2,
};

typedef struct glpkbridge_options {
    /// 1: integer columns count as integer; 0: solve the linear relaxation.
    int integer;
    int presolve;
    int gomory_cuts;
    int mixed_integer_rounding_cuts;
    int cover_cuts;
    int clique_cuts;
    /// Milliseconds for GLPK's own clock, at least 1.
    int time_limit;
    enum glpkbridge_sabotage sabotage;
} glpkbridge_options;

/// What is known in the middle of a solve. The objective is that of the minimisation.
typedef struct glpkbridge_progress {
    /// 0 before the first branch-and-bound node, 1 afterwards.
    int branching;
    int has_bound;
    double bound;
    int has_incumbent;
    double incumbent;
    int nodes;
    int cuts;
} glpkbridge_progress;

/// Asked now and then whether to go on: 0 goes on, anything else stops. It must return; it must not jump or
/// throw.
typedef int (*glpkbridge_watch)(void *context, const glpkbridge_progress *progress);

enum glpkbridge_end {
    /// The search ran to its end: an optimum.
    GLPKBRIDGE_END_OPTIMAL = 0,
    GLPKBRIDGE_END_NO_FEASIBLE = 1,
    /// A linear model is unbounded; of an integer model, its linear relaxation has no finite optimum.
    GLPKBRIDGE_END_UNBOUNDED = 2,
    /// The watch asked to stop.
    GLPKBRIDGE_END_STOPPED = 3,
    GLPKBRIDGE_END_TIME_LIMIT = 4,
    /// GLPK gave up for numerical reasons; `code` is its return code.
    GLPKBRIDGE_END_FAILED = 5,
    /// GLPK hit a fatal error; `message` holds its words.
    GLPKBRIDGE_END_FATAL = 6,
    /// A solve was begun inside another one of the same thread; nothing was done.
    GLPKBRIDGE_END_NESTED = 7,
};

typedef struct glpkbridge_answer {
    enum glpkbridge_end end;
    int code;
    /// 1 when `column_value` holds a feasible point.
    int has_values;
    /// 1 when the duals are those of an optimum.
    int has_duals;
    double objective;
    char message[512];
} glpkbridge_answer;

/// Storage for a problem; NULL when memory is short. Every number starts at zero.
glpkbridge_problem *glpkbridge_problem_create(int rows, int columns, int entries);

void glpkbridge_problem_destroy(glpkbridge_problem *problem);

/// Builds, solves and deletes the problem on the calling thread, then frees that thread's GLPK environment.
///
/// Nothing is printed. A fatal error of GLPK ends the call, not the process.
void glpkbridge_solve(
    glpkbridge_problem *problem, const glpkbridge_options *options, glpkbridge_watch watch, void *context,
    glpkbridge_answer *answer);

/// Version of the linked GLPK, such as "5.0".
const char *glpkbridge_version(void);

#if defined(__cplusplus)
}
#endif

#endif
