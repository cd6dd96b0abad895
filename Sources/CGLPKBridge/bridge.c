// The guarded call. Only C frames lie between `setjmp` and the hooks that jump back to it.

#include "CGLPKBridge.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <string.h>

/// Everything the hooks need; lives in the frame of `glpkbridge_solve`, so a jump never makes it stale.
typedef struct solve_frame {
    jmp_buf jump;
    glpkbridge_problem *problem;
    const glpkbridge_options *options;
    glpkbridge_watch watch;
    void *context;
    glpkbridge_answer *answer;
    glpkbridge_progress progress;
    int first_rows;
    int asked_to_stop;
} solve_frame;

enum { JUMP_FATAL = 1, JUMP_STOPPED = 2 };

/// Freeing the environment would pull the ground from under an outer solve of the same thread.
static _Thread_local int thread_is_solving = 0;

// MARK: Hooks

static int ask_to_stop(solve_frame *frame) {
    if (frame->watch != NULL && frame->watch(frame->context, &frame->progress) != 0) frame->asked_to_stop = 1;
    return frame->asked_to_stop;
}

static void on_error(void *info) {
    solve_frame *frame = info;
    longjmp(frame->jump, JUMP_FATAL);
}

/// Swallows all output, keeps the words of an error, and gives the watch a say where GLPK has no callback.
///
/// Before the first node there is nothing to lose, so a stop may leave by a jump. Afterwards the tree's own
/// callback ends the search in order, which keeps the incumbent.
static int on_text(void *info, const char *text) {
    solve_frame *frame = info;
    if (glp_at_error()) {
        size_t used = strlen(frame->answer->message);
        size_t room = sizeof frame->answer->message - used - 1;
        strncat(frame->answer->message, text, room);
    } else if (!frame->progress.branching && ask_to_stop(frame)) {
        longjmp(frame->jump, JUMP_STOPPED);
    }
    return 1;
}

static void on_node(glp_tree *tree, void *info) {
    solve_frame *frame = info;
    glpkbridge_progress *progress = &frame->progress;
    glp_prob *relaxation = glp_ios_get_prob(tree);
    int reason = glp_ios_reason(tree);
    if (!progress->branching) {
        progress->branching = 1;
        frame->first_rows = glp_get_num_rows(relaxation);
    }
    glp_ios_tree_size(tree, NULL, NULL, &progress->nodes);
    int added = glp_get_num_rows(relaxation) - frame->first_rows;
    if (added > progress->cuts) progress->cuts = added;
    // Finding the best node walks over all active nodes: only where a bound can have moved.
    if (reason == GLP_ISELECT || reason == GLP_IBINGO || reason == GLP_IROWGEN) {
        int best = glp_ios_best_node(tree);
        if (best != 0) {
            double bound = glp_ios_node_bound(tree, best);
            if (isfinite(bound) && fabs(bound) < 1e300) {
                progress->has_bound = 1;
                progress->bound = bound;
            }
        }
    }
    int status = glp_mip_status(relaxation);
    if (status == GLP_FEAS || status == GLP_OPT) {
        progress->has_incumbent = 1;
        progress->incumbent = glp_mip_obj_val(relaxation);
    }
    if (frame->options->sabotage == GLPKBRIDGE_SABOTAGE_BRANCHING) glp_ios_node_bound(tree, -1);
    if (ask_to_stop(frame)) glp_ios_terminate(tree);
}

// MARK: Build

static int bounds_kind(double lower, double upper) {
    if (isinf(lower) && isinf(upper)) return GLP_FR;
    if (isinf(upper)) return GLP_LO;
    if (isinf(lower)) return GLP_UP;
    return lower == upper ? GLP_FX : GLP_DB;
}

static glp_prob *build(const solve_frame *frame) {
    const glpkbridge_problem *problem = frame->problem;
    glp_prob *built = glp_create_prob();
    glp_set_obj_dir(built, GLP_MIN);
    if (frame->options->sabotage == GLPKBRIDGE_SABOTAGE_BUILD) glp_add_cols(built, 0);
    // Adding none of something is one of the things GLPK aborts for.
    if (problem->rows > 0) glp_add_rows(built, problem->rows);
    if (problem->columns > 0) glp_add_cols(built, problem->columns);
    for (int row = 0; row < problem->rows; row++) {
        double lower = problem->row_lower[row], upper = problem->row_upper[row];
        glp_set_row_bnds(built, row + 1, bounds_kind(lower, upper), lower, upper);
    }
    for (int column = 0; column < problem->columns; column++) {
        double lower = problem->column_lower[column], upper = problem->column_upper[column];
        glp_set_col_bnds(built, column + 1, bounds_kind(lower, upper), lower, upper);
        glp_set_obj_coef(built, column + 1, problem->column_cost[column]);
        if (frame->options->integer && problem->column_is_integer[column]) {
            glp_set_col_kind(built, column + 1, GLP_IV);
        }
    }
    glp_load_matrix(built, problem->entries, problem->entry_row, problem->entry_column, problem->entry_value);
    return built;
}

// MARK: Solve

static int solve_linear(const solve_frame *frame, glp_prob *built) {
    glp_smcp parameters;
    glp_init_smcp(&parameters);
    parameters.tm_lim = frame->options->time_limit;
    // Each line GLPK would print is a chance for the watch to stop it: ask for ten a second.
    parameters.out_frq = 100;
    glp_scale_prob(built, GLP_SF_AUTO);
    glp_adv_basis(built, 0);
    int code = glp_simplex(built, &parameters);
    if (code == 0 || code == GLP_ETMLIM) return code;
    // A singular or ill-conditioned start: once more from the plain basis, by the dual simplex first.
    glp_std_basis(built);
    parameters.meth = GLP_DUALP;
    return glp_simplex(built, &parameters);
}

static int solve_integer(solve_frame *frame, glp_prob *built) {
    const glpkbridge_options *options = frame->options;
    glp_iocp parameters;
    glp_init_iocp(&parameters);
    parameters.presolve = options->presolve ? GLP_ON : GLP_OFF;
    parameters.gmi_cuts = options->gomory_cuts ? GLP_ON : GLP_OFF;
    parameters.mir_cuts = options->mixed_integer_rounding_cuts ? GLP_ON : GLP_OFF;
    parameters.cov_cuts = options->cover_cuts ? GLP_ON : GLP_OFF;
    parameters.clq_cuts = options->clique_cuts ? GLP_ON : GLP_OFF;
    parameters.tm_lim = options->time_limit;
    parameters.cb_func = on_node;
    parameters.cb_info = frame;
    if (!options->presolve) {
        // Without the presolver, branching starts from a relaxation that is already solved.
        int code = solve_linear(frame, built);
        if (code != 0) return code;
        int status = glp_get_status(built);
        if (status == GLP_NOFEAS) return GLP_ENOPFS;
        if (status == GLP_UNBND) return GLP_ENODFS;
        if (status != GLP_OPT) return GLP_EFAIL;
    }
    return glp_intopt(built, &parameters);
}

static enum glpkbridge_end end_of_code(const solve_frame *frame, int code) {
    if (frame->asked_to_stop) return GLPKBRIDGE_END_STOPPED;
    switch (code) {
    case GLP_ENOPFS: return GLPKBRIDGE_END_NO_FEASIBLE;
    case GLP_ENODFS: return GLPKBRIDGE_END_UNBOUNDED;
    case GLP_ESTOP: return GLPKBRIDGE_END_STOPPED;
    case GLP_ETMLIM: return GLPKBRIDGE_END_TIME_LIMIT;
    // GLP_EFAIL, GLP_EBOUND, GLP_EROOT, GLP_EBADB, GLP_ESING, GLP_ECOND, ...: no verdict on the model.
    default: return GLPKBRIDGE_END_FAILED;
    }
}

static void read_integer(solve_frame *frame, glp_prob *built, int code) {
    glpkbridge_answer *answer = frame->answer;
    int status = glp_mip_status(built);
    answer->has_values = status == GLP_OPT || status == GLP_FEAS;
    if (answer->has_values) answer->objective = glp_mip_obj_val(built);
    for (int column = 0; answer->has_values && column < frame->problem->columns; column++) {
        frame->problem->column_value[column] = glp_mip_col_val(built, column + 1);
    }
    // GLPK sets GLP_OPT when its search ends, even if the watch spoke up in that very callback.
    if (code == 0 && status == GLP_OPT) {
        answer->end = GLPKBRIDGE_END_OPTIMAL;
    } else if (code == 0 && status == GLP_NOFEAS) {
        answer->end = GLPKBRIDGE_END_NO_FEASIBLE;
    } else {
        answer->end = end_of_code(frame, code);
    }
}

static void read_linear(solve_frame *frame, glp_prob *built, int code) {
    glpkbridge_answer *answer = frame->answer;
    glpkbridge_problem *problem = frame->problem;
    int status = glp_get_status(built);
    answer->has_values = status == GLP_OPT || status == GLP_FEAS;
    answer->has_duals = status == GLP_OPT;
    if (answer->has_values) answer->objective = glp_get_obj_val(built);
    for (int column = 0; answer->has_values && column < problem->columns; column++) {
        problem->column_value[column] = glp_get_col_prim(built, column + 1);
        problem->column_dual[column] = glp_get_col_dual(built, column + 1);
    }
    for (int row = 0; answer->has_duals && row < problem->rows; row++) {
        problem->row_dual[row] = glp_get_row_dual(built, row + 1);
    }
    if (code == 0 && status == GLP_OPT) {
        answer->end = GLPKBRIDGE_END_OPTIMAL;
    } else if (code == 0 && status == GLP_NOFEAS) {
        answer->end = GLPKBRIDGE_END_NO_FEASIBLE;
    } else if (code == 0 && status == GLP_UNBND) {
        answer->end = GLPKBRIDGE_END_UNBOUNDED;
    } else {
        answer->end = end_of_code(frame, code);
    }
}

void glpkbridge_solve(
    glpkbridge_problem *problem, const glpkbridge_options *options, glpkbridge_watch watch, void *context,
    glpkbridge_answer *answer) {
    memset(answer, 0, sizeof *answer);
    if (thread_is_solving) {
        answer->end = GLPKBRIDGE_END_NESTED;
        return;
    }
    thread_is_solving = 1;
    solve_frame frame = {
        .problem = problem, .options = options, .watch = watch, .context = context, .answer = answer};
    // The value of `setjmp` may only be compared, not stored, if the code is to be portable C.
    switch (setjmp(frame.jump)) {
    case 0: {
        glp_term_hook(on_text, &frame);
        glp_error_hook(on_error, &frame);
        glp_prob *built = build(&frame);
        int code = options->integer ? solve_integer(&frame, built) : solve_linear(&frame, built);
        answer->code = code;
        if (options->integer) {
            read_integer(&frame, built, code);
        } else {
            read_linear(&frame, built, code);
        }
        glp_delete_prob(built);
        break;
    }
    case JUMP_STOPPED:
        answer->end = GLPKBRIDGE_END_STOPPED;
        answer->has_values = answer->has_duals = 0;
        break;
    default:
        answer->end = GLPKBRIDGE_END_FATAL;
        answer->has_values = answer->has_duals = 0;
        break;
    }
    // Frees whatever a jump left behind; also what every thread must do before it ends, or it leaks.
    glp_free_env();
    thread_is_solving = 0;
}

const char *glpkbridge_version(void) {
    return glp_version();
}
