export const id = 848;
export const ids = [848];
export const modules = {

/***/ 1848:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createRequest: () => (/* binding */ createRequest)
/* harmony export */ });
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2413);

/** GitHub answers within ten seconds or not at all (REST, "Troubleshooting": requests over ten seconds are ended). */
const REQUEST_TIMEOUT_MS = 20_000;
/** The version that we were written for; without it GitHub chooses. */
const API_VERSION = '2022-11-28';
/** The door to GitHub, over octokit, for one token: `GITHUB_API_URL` and proxies are honoured, nothing is retried. */
function createRequest(token) {
    const octokit = (0,_actions_github__WEBPACK_IMPORTED_MODULE_0__/* .getOctokit */ .Q)(token);
    const send = octokit.request;
    return async (route, parameters) => {
        const { status, headers, data } = await send(route, {
            ...parameters,
            headers: { 'x-github-api-version': API_VERSION },
            request: { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) },
        });
        return { status, headers, data };
    };
}


/***/ })

};
